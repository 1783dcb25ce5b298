package io.sallyport.jdbc;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.calcite.avatica.ColumnMetaData;
import org.apache.calcite.avatica.Meta;
import org.apache.calcite.avatica.proto.Common.WireMessage;
import org.apache.calcite.avatica.proto.Requests;
import org.apache.calcite.avatica.proto.Responses;
import org.apache.calcite.avatica.remote.ProtobufTranslation;
import org.apache.calcite.avatica.remote.ProtobufTranslationImpl;
import org.apache.calcite.avatica.remote.Service;

/**
 * Avatica's protocol as our server speaks it: an executed statement's response also says where its
 * rows are, in a field that Avatica does not know (100: a ticket, 102: a whole Arrow stream).
 *
 * <p>Messages carry the names of Avatica's classes. Those names are other ones in the shaded
 * driver, so they are translated both ways.
 */
final class ControlPlane {
  private static final int TICKET = 100;
  private static final int INLINE = 102;
  // Joined at run time, so that shading, which rewrites names in texts, leaves it as it is.
  private static final String WIRE_PACKAGE =
      String.join(".", "org", "apache", "calcite", "avatica", "proto");
  private static final String OUR_PACKAGE = Requests.class.getPackageName();

  private final Wire wire;
  private final ProtobufTranslation translation = new ProtobufTranslationImpl();
  private final Map<Integer, Answer> answers = new ConcurrentHashMap<>();

  ControlPlane(Wire wire) {
    this.wire = wire;
  }

  /** Rows that wait to be read, and the server's names of their columns' types. */
  private static final class Answer {
    private final UnknownFieldSet fields;
    private final List<String> types;

    Answer(UnknownFieldSet fields, List<String> types) {
      this.fields = fields;
      this.types = types;
    }
  }

  /** Asks and awaits the response that belongs to the request. */
  <T extends Service.Response> T ask(Service.Request request, Class<T> expected)
      throws SQLException {
    return parse(send(request), expected);
  }

  /** Runs a statement; {@link #rows} then has its rows. */
  Service.ExecuteResponse execute(int statement, Service.Request request) throws SQLException {
    WireMessage message = send(request);
    Service.ExecuteResponse response = parse(message, Service.ExecuteResponse.class);
    if (response.missingStatement) {
      throw Failure.of("26000", "the server does not know this statement any more");
    }
    try {
      UnknownFieldSet fields =
          Responses.ExecuteResponse.parseFrom(message.getWrappedMessage()).getUnknownFields();
      answers.put(statement, new Answer(fields, types(response)));
      return response;
    } catch (InvalidProtocolBufferException e) {
      throw unreadable(e);
    }
  }

  private static List<String> types(Service.ExecuteResponse response) {
    List<String> types = new ArrayList<>();
    for (Service.ResultSetResponse result : response.results) {
      Meta.Signature signature = result.signature;
      if (signature != null) {
        for (ColumnMetaData column : signature.columns) {
          types.add(column.type.name);
        }
      }
    }
    return types;
  }

  /** The rows of the statement's last execution, once. */
  Batches rows(int statement) throws SQLException {
    Answer answer = answers.remove(statement);
    if (answer == null) {
      throw Failure.broken("the server's answer was read already");
    }
    if (answer.fields.hasField(INLINE)) {
      return new ArrowStream(
          new ByteArrayInputStream(bytes(answer.fields, INLINE).toByteArray()), answer.types);
    }
    if (answer.fields.hasField(TICKET)) {
      return new ArrowStream(wire.arrow(bytes(answer.fields, TICKET).toStringUtf8()), answer.types);
    }
    throw Failure.of("08P01", "the server does not offer its rows as Arrow");
  }

  private static ByteString bytes(UnknownFieldSet fields, int number) throws SQLException {
    List<ByteString> values = fields.getField(number).getLengthDelimitedList();
    if (values.isEmpty()) {
      throw Failure.broken("the server sent a message that cannot be read");
    }
    return values.get(values.size() - 1);
  }

  private WireMessage send(Service.Request request) throws SQLException {
    try {
      WireMessage ours = WireMessage.parseFrom(translation.serializeRequest(request));
      byte[] reply = wire.control(renamed(ours, OUR_PACKAGE, WIRE_PACKAGE).toByteArray());
      return renamed(WireMessage.parseFrom(reply), WIRE_PACKAGE, OUR_PACKAGE);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private static WireMessage renamed(WireMessage message, String from, String to) {
    String name = message.getName();
    return name.startsWith(from)
        ? message.toBuilder().setName(to + name.substring(from.length())).build()
        : message;
  }

  private <T extends Service.Response> T parse(WireMessage message, Class<T> expected)
      throws SQLException {
    Service.Response response;
    try {
      response = translation.parseResponse(message.toByteArray());
    } catch (IOException | IllegalArgumentException e) {
      throw unreadable(e);
    }
    if (response instanceof Service.ErrorResponse) {
      Service.ErrorResponse error = (Service.ErrorResponse) response;
      throw Failure.of(error.sqlState, error.errorMessage);
    }
    if (!expected.isInstance(response)) {
      throw Failure.broken("the server sent a message that does not answer the question");
    }
    return expected.cast(response);
  }

  private static SQLException unreadable(Exception e) {
    return Failure.broken("the server sent a message that cannot be read", e);
  }
}
