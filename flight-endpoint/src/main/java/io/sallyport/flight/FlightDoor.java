package io.sallyport.flight;

import io.grpc.ServerBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.arrow.flight.FlightServer;
import org.apache.arrow.flight.Location;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * An Arrow Flight SQL server on one port.
 *
 * <pre>
 * FlightDoor door = FlightDoor.start(gateway, Settings.on("0.0.0.0", 31337)
 *     .with(Tls.of(Path.of("server.crt"), Path.of("server.key"))));
 * </pre>
 *
 * <p>Without TLS it opens on this machine's loopback address only.
 */
public final class FlightDoor implements AutoCloseable {
  private static final int LARGEST_REQUEST = 16 << 20;
  private static final int LARGEST_HEADERS = 64 << 10;
  private static final int UNSENT_BYTES = 32 << 20;

  private final FlightServer server;
  private final Sessions sessions;
  private final Answers answers;
  private final BufferAllocator allocator;
  private final ExecutorService calls;
  private final ExecutorService streams;
  private final ScheduledExecutorService sweeper;

  /**
   * Where and how the door opens.
   *
   * @param port 0 for any free one
   * @param idle how long a session lives that nobody uses
   * @param ticketLife how long an answer waits for its ticket
   */
  public record Settings(
      String host, int port, Optional<Tls> tls, Duration idle, Duration ticketLife) {
    public static Settings on(String host, int port) {
      return new Settings(
          host, port, Optional.empty(), Duration.ofMinutes(30), Duration.ofMinutes(1));
    }

    public Settings with(Tls tls) {
      return new Settings(host, port, Optional.of(tls), idle, ticketLife);
    }

    public Settings lasting(Duration idle, Duration ticketLife) {
      return new Settings(host, port, tls, idle, ticketLife);
    }
  }

  /** A server's certificate chain and private key in PEM; it never prints the key. */
  public static final class Tls {
    private final byte[] certificates;
    private final byte[] key;

    private Tls(byte[] certificates, byte[] key) {
      this.certificates = certificates;
      this.key = key;
    }

    public static Tls of(Path certificates, Path key) throws IOException {
      return new Tls(Files.readAllBytes(certificates), Files.readAllBytes(key));
    }

    /** Reads both to their ends and leaves them open. */
    public static Tls of(InputStream certificates, InputStream key) throws IOException {
      return new Tls(certificates.readAllBytes(), key.readAllBytes());
    }
  }

  private FlightDoor(FlightGateway gateway, Settings settings, InstantSource clock)
      throws IOException {
    PreparedQueries prepared = new PreparedQueries();
    answers = new Answers(clock, settings.ticketLife());
    sessions =
        new Sessions(
            clock,
            settings.idle(),
            session -> {
              answers.end(session);
              prepared.end(session);
            });
    allocator = new RootAllocator();
    calls = Executors.newCachedThreadPool(daemon("flight-call"));
    streams = Executors.newCachedThreadPool(daemon("flight-stream"));
    sweeper = Executors.newSingleThreadScheduledExecutor(daemon("flight-sweeper"));
    Consumer<ServerBuilder<?>> gate = builder -> builder.intercept(new CallGate(gateway, sessions));
    Location location =
        settings.tls().isPresent()
            ? Location.forGrpcTls(settings.host(), settings.port())
            : Location.forGrpcInsecure(settings.host(), settings.port());
    FlightServer.Builder builder =
        FlightServer.builder(
                allocator,
                location,
                new GatewayProducer(
                    gateway, sessions, answers, prepared, allocator, streams, clock))
            .executor(calls)
            .maxInboundMessageSize(LARGEST_REQUEST)
            .setMaxHeaderListSize(LARGEST_HEADERS)
            .backpressureThreshold(UNSENT_BYTES)
            .transportHint("grpc.builderConsumer", gate);
    if (settings.tls().isPresent()) {
      Tls tls = settings.tls().get();
      builder.useTls(new ByteArrayInputStream(tls.certificates), new ByteArrayInputStream(tls.key));
    }
    server = builder.build();
  }

  /**
   * Opens the door.
   *
   * @throws IOException if the port is taken
   * @throws IllegalArgumentException if there is no TLS and the host is not the loopback address
   */
  public static FlightDoor start(FlightGateway gateway, Settings settings) throws IOException {
    return start(gateway, settings, InstantSource.system());
  }

  static FlightDoor start(FlightGateway gateway, Settings settings, InstantSource clock)
      throws IOException {
    if (settings.tls().isEmpty()
        && !java.net.InetAddress.getByName(settings.host()).isLoopbackAddress()) {
      throw new IllegalArgumentException(
          "the Flight door needs a certificate to open on `"
              + settings.host()
              + "`; give one, or open it on localhost");
    }
    FlightDoor door = new FlightDoor(gateway, settings, clock);
    try {
      door.server.start();
    } catch (IOException e) {
      door.close();
      throw e;
    }
    door.sweeper.scheduleWithFixedDelay(door::sweep, 1, 1, TimeUnit.SECONDS);
    return door;
  }

  private static ThreadFactory daemon(String name) {
    AtomicInteger count = new AtomicInteger();
    return work -> {
      Thread thread = new Thread(work, name + "-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  void sweep() {
    answers.closeExpired();
    sessions.closeIdle();
  }

  public int port() {
    return server.getPort();
  }

  int sessions() {
    return sessions.size();
  }

  int answers() {
    return answers.size();
  }

  /** Ends every answer and session; waits a few seconds for streams to stop. */
  @Override
  public void close() {
    sweeper.shutdownNow();
    answers.endAll();
    sessions.closeAll();
    try {
      server.close();
      streams.shutdown();
      streams.awaitTermination(3, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    calls.shutdown();
    allocator.close();
  }
}
