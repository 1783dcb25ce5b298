package io.sallyport.proxy.http;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import java.util.List;
import org.apache.calcite.avatica.remote.Service;

/**
 * An execute response for a client that reads Arrow. Beside what Avatica knows it carries field
 * 100, a ticket for {@code GET /arrow/{ticket}}, or field 102, the whole answer as an Arrow stream.
 * A stock client skips both.
 */
final class ArrowResponse extends Service.ExecuteResponse {
  private static final int TICKET = 100;
  private static final int WHOLE = 102;

  private final ByteString fields;

  private ArrowResponse(Service.ResultSetResponse result, int field, ByteString value) {
    super(List.of(result), false, null);
    this.fields =
        UnknownFieldSet.newBuilder()
            .addField(field, UnknownFieldSet.Field.newBuilder().addLengthDelimited(value).build())
            .build()
            .toByteString();
  }

  static ArrowResponse ticket(Service.ResultSetResponse result, String ticket) {
    return new ArrowResponse(result, TICKET, ByteString.copyFromUtf8(ticket));
  }

  static ArrowResponse whole(Service.ResultSetResponse result, byte[] stream) {
    return new ArrowResponse(result, WHOLE, ByteString.copyFrom(stream));
  }

  /** To be appended to the serialized Avatica message. */
  ByteString fields() {
    return fields;
  }
}
