package io.sallyport.jdbc;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Real Arrow streams, written by Arrow's own library and served over HTTP on the loopback. */
final class ArrowFixture implements AutoCloseable {
  final BufferAllocator allocator = new RootAllocator();
  private final HttpServer server;
  private volatile byte[] served = {};

  ArrowFixture() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write(served);
          exchange.close();
        });
    server.start();
  }

  /** One stream of the vectors that each maker gives, a batch for each call of {@code fill}. */
  byte[] stream(
      List<Function<BufferAllocator, FieldVector>> makers,
      List<Consumer<VectorSchemaRoot>> batches,
      DictionaryProvider dictionaries,
      Map<String, String> metadata)
      throws IOException {
    List<FieldVector> vectors = new ArrayList<>();
    List<Field> fields = new ArrayList<>();
    for (Function<BufferAllocator, FieldVector> maker : makers) {
      FieldVector vector = maker.apply(allocator);
      vectors.add(vector);
      fields.add(vector.getField());
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (VectorSchemaRoot root = new VectorSchemaRoot(new Schema(fields, metadata), vectors, 0);
        ArrowStreamWriter writer = new ArrowStreamWriter(root, dictionaries, out)) {
      writer.start();
      for (Consumer<VectorSchemaRoot> batch : batches) {
        batch.accept(root);
        writer.writeBatch();
      }
      writer.end();
    }
    return out.toByteArray();
  }

  /** Sends the bytes through HTTP. */
  InputStream overHttp(byte[] bytes) throws IOException {
    served = bytes;
    return new URL("http://127.0.0.1:" + server.getAddress().getPort() + "/").openStream();
  }

  @Override
  public void close() {
    server.stop(0);
    allocator.close();
  }
}
