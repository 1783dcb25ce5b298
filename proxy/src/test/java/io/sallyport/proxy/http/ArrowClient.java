package io.sallyport.proxy.http;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.apache.calcite.avatica.proto.Common;
import org.apache.calcite.avatica.proto.Responses;
import org.apache.calcite.avatica.remote.ProtobufTranslationImpl;
import org.apache.calcite.avatica.remote.Service;

/** The least that reads Arrow from the door: Avatica's messages and a plain HTTP client. */
final class ArrowClient {
  static final String CONNECTION = "c1";
  private final ProtobufTranslationImpl protobuf = new ProtobufTranslationImpl();
  private final HttpClient http = HttpClient.newHttpClient();
  private final String url;
  private final String authorization;

  ArrowClient(String url, String authorization) {
    this.url = url;
    this.authorization = authorization;
  }

  static ArrowClient basic(String url, String user) {
    String pair = user + ":" + user + "'s password";
    return new ArrowClient(
        url, "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
  }

  /** What came with a query's response. */
  record Executed(Responses.ExecuteResponse response, String ticket, byte[] whole) {}

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url + path)).header("Authorization", authorization);
  }

  HttpResponse<byte[]> send(HttpRequest request) throws IOException, InterruptedException {
    return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
  }

  HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
    return send(request(path).GET().build());
  }

  HttpResponse<byte[]> post(String path, byte[] body) throws IOException, InterruptedException {
    return send(request(path).POST(HttpRequest.BodyPublishers.ofByteArray(body)).build());
  }

  HttpResponse<InputStream> stream(String ticket) throws IOException, InterruptedException {
    return http.send(
        request("/arrow/" + ticket).GET().build(), HttpResponse.BodyHandlers.ofInputStream());
  }

  byte[] avatica(Service.Request request) throws IOException, InterruptedException {
    return post("/", protobuf.serializeRequest(request)).body();
  }

  Service.Response response(Service.Request request) throws IOException, InterruptedException {
    return protobuf.parseResponse(avatica(request));
  }

  void open() throws IOException, InterruptedException {
    Service.Response response =
        response(new Service.OpenConnectionRequest(CONNECTION, Map.of("arrow", "true")));
    if (!(response instanceof Service.OpenConnectionResponse)) {
      throw new AssertionError(response);
    }
  }

  int statement() throws IOException, InterruptedException {
    return ((Service.CreateStatementResponse)
            response(new Service.CreateStatementRequest(CONNECTION)))
        .statementId;
  }

  Executed execute(int statement, String sql) throws IOException, InterruptedException {
    byte[] bytes = avatica(new Service.PrepareAndExecuteRequest(CONNECTION, statement, sql, -1));
    if (protobuf.parseResponse(bytes) instanceof Service.ErrorResponse error) {
      throw new AssertionError(error.sqlState + " " + error.errorMessage);
    }
    Responses.ExecuteResponse response =
        Responses.ExecuteResponse.parseFrom(
            Common.WireMessage.parseFrom(bytes).getWrappedMessage());
    return new Executed(
        response, field(response, 100).toStringUtf8(), field(response, 102).toByteArray());
  }

  private static ByteString field(Responses.ExecuteResponse response, int number) {
    List<ByteString> values = response.getUnknownFields().getField(number).getLengthDelimitedList();
    return values.isEmpty() ? ByteString.EMPTY : values.get(0);
  }
}
