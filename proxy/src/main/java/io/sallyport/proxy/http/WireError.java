package io.sallyport.proxy.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import java.util.List;
import org.apache.calcite.avatica.AvaticaSeverity;
import org.apache.calcite.avatica.remote.Service;

/**
 * What a client gets to see of a failure: a SQLSTATE and a sentence. It is made from those two,
 * never from a {@link Throwable}, so neither a cause nor a stack trace can travel.
 */
final class WireError {
  private WireError() {}

  /**
   * For Avatica. A stock client tells the message of most failures, but of a prepare that failed
   * only the statement; what it prints as the server's exceptions is the one place for the
   * sentence.
   */
  static Service.ErrorResponse avatica(GatewayException failure) {
    return new Service.ErrorResponse(
        List.of(failure.getMessage()),
        failure.getMessage(),
        failure.code() == ErrorCode.NO_CONNECTION
            ? Service.ErrorResponse.MISSING_CONNECTION_ERROR_CODE
            : Service.ErrorResponse.UNKNOWN_ERROR_CODE,
        failure.code().sqlState(),
        AvaticaSeverity.ERROR,
        null);
  }

  /** {@code {"sqlState": "26000", "message": "…"}}. */
  static ObjectNode json(GatewayException failure) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("sqlState", failure.code().sqlState())
        .put("message", failure.getMessage());
  }

  /** Never 503, at which an Avatica client tries again for ever. */
  static HttpResponseStatus status(ErrorCode code) {
    return switch (code) {
      case WRONG_CREDENTIALS -> HttpResponseStatus.UNAUTHORIZED;
      case REFUSED -> HttpResponseStatus.FORBIDDEN;
      case NO_CONNECTION, BAD_TICKET, UNKNOWN_REQUEST -> HttpResponseStatus.NOT_FOUND;
      case TOO_LARGE -> HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE;
      case HELD, CANCELLED, TIMED_OUT -> HttpResponseStatus.CONFLICT;
      case LIMIT_REACHED -> HttpResponseStatus.TOO_MANY_REQUESTS;
      case SYNTAX,
          UNKNOWN_TABLE,
          UNKNOWN_COLUMN,
          UNKNOWN_FUNCTION,
          WRONG_TYPE,
          WRONG_PARAMETER,
          NOT_SUPPORTED ->
          HttpResponseStatus.BAD_REQUEST;
      case ENGINE_FAILED, INTERNAL -> HttpResponseStatus.INTERNAL_SERVER_ERROR;
    };
  }
}
