package io.sallyport.proxy.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.InvalidProtocolBufferException;
import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import io.sallyport.proxy.Incident;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.calcite.avatica.metrics.noop.NoopMetricsSystem;
import org.apache.calcite.avatica.proto.Common;
import org.apache.calcite.avatica.proto.Requests;
import org.apache.calcite.avatica.remote.Handler.HandlerResponse;
import org.apache.calcite.avatica.remote.JsonHandler;
import org.apache.calcite.avatica.remote.JsonService;
import org.apache.calcite.avatica.remote.ProtobufHandler;
import org.apache.calcite.avatica.remote.ProtobufTranslationImpl;
import org.apache.calcite.avatica.remote.Service;

/**
 * One Avatica request, protobuf or JSON, to one response of the same form: Avatica's own handlers,
 * kept from sending what Java says of a failure and from loading classes that a client names.
 */
final class AvaticaHandler {
  private AvaticaHandler() {}

  /** JSON starts with a brace; no Avatica message in protobuf does. */
  static boolean json(byte[] body) {
    for (byte b : body) {
      if (!Character.isWhitespace(b)) {
        return b == '{';
      }
    }
    return false;
  }

  /** A response's bytes; an error's go with status 500, because a stock client reads no other. */
  record Reply(byte[] body, boolean json, boolean failed) {}

  static Reply handle(Service service, byte[] body) {
    if (!json(body)) {
      HandlerResponse<byte[]> response = new Protobuf(service).apply(body);
      return new Reply(response.getResponse(), false, response.getStatusCode() != 200);
    }
    HandlerResponse<String> response;
    try {
      response = new Json(service).apply(withoutSignature(JsonService.MAPPER.readTree(body)));
    } catch (IOException e) {
      return failure(unreadable(), true);
    }
    return new Reply(
        response.getResponse().getBytes(StandardCharsets.UTF_8),
        true,
        response.getStatusCode() != 200);
  }

  static Reply failure(GatewayException failure, boolean json) {
    Service.ErrorResponse told = WireError.avatica(failure);
    try {
      byte[] body =
          json
              ? JsonService.MAPPER.writerFor(Service.Response.class).writeValueAsBytes(told)
              : new ProtobufTranslationImpl().serializeResponse(told);
      return new Reply(body, json, true);
    } catch (IOException e) {
      throw Incident.unexpected(e);
    }
  }

  private static GatewayException unreadable() {
    return new GatewayException(
        ErrorCode.WRONG_PARAMETER, "the request is not one that Avatica 1.28 knows");
  }

  /** A signature comes with class names, which parsing would load; we never need it back. */
  private static String withoutSignature(JsonNode tree) throws JsonProcessingException {
    if (tree.get("statementHandle") instanceof ObjectNode handle) {
      handle.remove("signature");
    }
    return JsonService.MAPPER.writeValueAsString(tree);
  }

  private static GatewayException told(Exception e) {
    return e instanceof JsonProcessingException ? unreadable() : Incident.unexpected(e);
  }

  private static final class Json extends JsonHandler {
    Json(Service service) {
      super(service, NoopMetricsSystem.getInstance());
    }

    @Override
    public HandlerResponse<String> convertToErrorResponse(Exception e) {
      byte[] body = failure(told(e), true).body();
      return new HandlerResponse<>(new String(body, StandardCharsets.UTF_8), 500);
    }
  }

  private static final class Protobuf extends ProtobufHandler {
    Protobuf(Service service) {
      super(service, new Translation(), NoopMetricsSystem.getInstance());
    }

    @Override
    public HandlerResponse<byte[]> convertToErrorResponse(Exception e) {
      return new HandlerResponse<>(failure(told(e), false).body(), 500);
    }
  }

  private static final class Translation extends ProtobufTranslationImpl {
    @Override
    public Service.Request parseRequest(byte[] bytes) {
      try {
        return super.parseRequest(withoutSignature(bytes));
      } catch (IOException | RuntimeException e) {
        throw unreadable();
      }
    }

    private static byte[] withoutSignature(byte[] body) throws InvalidProtocolBufferException {
      Common.WireMessage message = Common.WireMessage.parseFrom(body);
      if (!message.getName().equals(Requests.ExecuteRequest.class.getName())) {
        return body;
      }
      Requests.ExecuteRequest.Builder execute =
          Requests.ExecuteRequest.parseFrom(message.getWrappedMessage()).toBuilder();
      execute.getStatementHandleBuilder().clearSignature();
      return message.toBuilder()
          .setWrappedMessage(execute.build().toByteString())
          .build()
          .toByteArray();
    }

    @Override
    public byte[] serializeResponse(Service.Response response) throws IOException {
      byte[] bytes = super.serializeResponse(response);
      if (response instanceof ArrowResponse arrow) {
        Common.WireMessage message = Common.WireMessage.parseFrom(bytes);
        return message.toBuilder()
            .setWrappedMessage(message.getWrappedMessage().concat(arrow.fields()))
            .build()
            .toByteArray();
      }
      return bytes;
    }
  }
}
