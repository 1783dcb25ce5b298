package io.sallyport.proxy.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.sallyport.policy.Principal;
import io.sallyport.proxy.CatalogTable;
import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import io.sallyport.proxy.GatewayService;
import io.sallyport.proxy.Incident;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The gateway over HTTP: Avatica at {@code POST /}, answers as Arrow streams at {@code GET
 * /arrow/…}, cancelling, and JSON routes.
 *
 * <pre>
 * try (HttpDoor door = HttpDoor.start(HttpSettings.of("localhost", 0, tls), gateway, List.of())) {
 *   System.out.println("jdbc:sallyport://localhost:" + door.port());
 * }
 * </pre>
 *
 * <p>It authenticates every request but {@code GET /health} and turns failures into SQLSTATEs; what
 * a principal may see or run is the gateway's question alone. {@code docs/wire-protocol.md} tells
 * what travels.
 */
public final class HttpDoor implements AutoCloseable {
  static final String PROTOBUF = "application/x-google-protobuf";
  private static final String ARROW = "application/vnd.apache.arrow.stream";
  private static final long SWEEP_SECONDS = 5;
  private static final WriteBufferWaterMark UNSENT = new WriteBufferWaterMark(256 << 10, 1 << 20);

  private final HttpSettings settings;
  private final GatewayService gateway;
  private final List<Route> routes;
  private final Gatekeeper gatekeeper;
  private final ClientConnections connections;
  private final ObjectMapper mapper = new ObjectMapper();
  // One thread for each socket at most, as a socket has one request at a time.
  private final ExecutorService workers =
      Executors.newCachedThreadPool(new DefaultThreadFactory("http-worker", true));
  private final ScheduledExecutorService sweeper =
      Executors.newSingleThreadScheduledExecutor(new DefaultThreadFactory("http-sweeper", true));
  private final EventLoopGroup acceptor =
      new NioEventLoopGroup(1, new DefaultThreadFactory("http-accept", true));
  private final EventLoopGroup sockets =
      new NioEventLoopGroup(0, new DefaultThreadFactory("http-io", true));
  private final ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final Channel listener;

  private HttpDoor(HttpSettings settings, GatewayService gateway, List<Route> routes) {
    this.settings = settings;
    this.gateway = gateway;
    this.routes = List.copyOf(routes);
    this.gatekeeper = new Gatekeeper(gateway);
    this.connections = new ClientConnections(gateway);
    this.listener = listen();
    sweeper.scheduleWithFixedDelay(this::sweep, SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
  }

  /**
   * Opens the door.
   *
   * @param routes further paths, each of them authenticated
   * @throws IllegalStateException if the port is taken
   */
  public static HttpDoor start(HttpSettings settings, GatewayService gateway, List<Route> routes) {
    return new HttpDoor(settings, gateway, routes);
  }

  private Channel listen() {
    var bound =
        new ServerBootstrap()
            .group(acceptor, sockets)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, 256)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, UNSENT)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel socket) {
                    accept(socket);
                  }
                })
            .bind(settings.host(), settings.port())
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      shutDown();
      throw new IllegalStateException(
          "the HTTP door cannot listen on " + settings.host() + ":" + settings.port(),
          bound.cause());
    }
    return bound.channel();
  }

  private void accept(SocketChannel socket) {
    if (clients.size() >= settings.maxConnections()) {
      socket.close();
      return;
    }
    clients.add(socket);
    settings.tls().ifPresent(tls -> socket.pipeline().addLast(tls.newHandler(socket.alloc())));
    HttpDecoderConfig limits =
        new HttpDecoderConfig()
            .setMaxInitialLineLength(settings.maxHeaderBytes())
            .setMaxHeaderSize(settings.maxHeaderBytes());
    socket
        .pipeline()
        .addLast(
            new IdleStateHandler(0, 0, settings.connectionIdle().toMillis(), TimeUnit.MILLISECONDS))
        .addLast(new HttpServerCodec(limits))
        .addLast(new RequestBody(settings.maxRequestBytes()))
        .addLast(new DoorHandler(workers, this::serve));
  }

  /** The port that it listens on. */
  public int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  private void sweep() {
    try {
      connections.sweep(settings.sessionIdle());
    } catch (RuntimeException e) {
      Incident.unexpected(e);
    }
  }

  /** Answers one request; here every failure ends. */
  private void serve(Exchange exchange) {
    boolean avatica = exchange.path().equals("/");
    try {
      if (exchange.path().equals("/health")) {
        only("GET", exchange);
        exchange.empty(HttpResponseStatus.OK);
        return;
      }
      Principal principal = gatekeeper.admit(exchange.authorization());
      if (avatica) {
        only("POST", exchange);
        avatica(exchange, principal);
      } else {
        dispatch(exchange, principal);
      }
    } catch (Exception | StackOverflowError e) {
      GatewayException failure = Incident.unexpected(e);
      if (avatica) {
        AvaticaHandler.Reply reply =
            AvaticaHandler.failure(failure, AvaticaHandler.json(exchange.body()));
        HttpResponseStatus status =
            failure.code() == ErrorCode.WRONG_CREDENTIALS
                ? HttpResponseStatus.UNAUTHORIZED
                : HttpResponseStatus.INTERNAL_SERVER_ERROR;
        exchange.send(status, type(reply), reply.body());
      } else {
        exchange.failure(failure);
      }
    }
  }

  private static void only(String method, Exchange exchange) {
    if (!exchange.method().equals(method)) {
      throw Exchange.unknownPath();
    }
  }

  private static String type(AvaticaHandler.Reply reply) {
    return reply.json() ? Exchange.JSON : PROTOBUF;
  }

  private void avatica(Exchange exchange, Principal principal) {
    boolean json = AvaticaHandler.json(exchange.body());
    GatewayMeta meta = new GatewayMeta(gateway, connections, workers, principal, json, exchange);
    AvaticaHandler.Reply reply = AvaticaHandler.handle(meta, exchange.body());
    exchange.send(
        reply.failed() ? HttpResponseStatus.INTERNAL_SERVER_ERROR : HttpResponseStatus.OK,
        type(reply),
        reply.body());
  }

  private void dispatch(Exchange exchange, Principal principal) throws IOException {
    for (Route route : routes) {
      if (exchange.path().startsWith(route.prefix())) {
        Route.Reply reply =
            route.handle(exchange.method(), exchange.path(), principal, json(exchange));
        exchange.json(HttpResponseStatus.valueOf(reply.status()), reply.body());
        return;
      }
    }
    String[] steps = exchange.path().split("/", -1);
    if (steps.length == 3 && steps[1].equals("arrow")) {
      only("GET", exchange);
      pour(exchange, connections.claim(principal, steps[2]));
    } else if (steps.length == 4 && steps[1].equals("cancel")) {
      only("POST", exchange);
      connections.connection(principal, steps[2]).statement(number(steps[3])).cancel();
      exchange.empty(HttpResponseStatus.NO_CONTENT);
    } else if (steps.length == 3 && steps[1].equals("catalog")) {
      only("GET", exchange);
      ClientConnection connection = connections.connection(principal, steps[2]);
      exchange.json(HttpResponseStatus.OK, json(gateway.catalog(connection.session())));
    } else {
      throw Exchange.unknownPath();
    }
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw Exchange.unknownPath();
    }
  }

  private Optional<JsonNode> json(Exchange exchange) {
    if (exchange.body().length == 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(mapper.readTree(exchange.body()));
    } catch (IOException e) {
      throw new GatewayException(ErrorCode.WRONG_PARAMETER, "the request's body is not JSON");
    }
  }

  private void pour(Exchange exchange, OpenAnswer answer) {
    exchange.whenGone(answer::close);
    try (ChunkedBody body = exchange.stream(ARROW, settings.connectionIdle())) {
      try {
        answer.pour(body);
        body.end();
      } catch (GatewayException e) {
        if (body.begun()) {
          exchange.abort();
        }
        throw e;
      } catch (IOException e) {
        // The client is gone; there is nobody to tell.
        exchange.abort();
      }
    }
  }

  private JsonNode json(List<CatalogTable> tables) {
    ObjectNode json = mapper.createObjectNode();
    ArrayNode list = json.putArray("tables");
    for (CatalogTable table : tables) {
      ObjectNode one = list.addObject();
      one.put("dataset", table.dataset()).put("table", table.table());
      ArrayNode columns = one.putArray("columns");
      table
          .columns()
          .forEach(
              column ->
                  columns
                      .addObject()
                      .put("name", column.name())
                      .put("type", column.type())
                      .put("nullable", column.nullable()));
      ArrayNode key = one.putArray("primaryKey");
      table.primaryKey().forEach(key::add);
    }
    return json;
  }

  /** Takes no more requests, ends what runs and closes all sockets. */
  @Override
  public void close() {
    listener.close().awaitUninterruptibly();
    sweeper.shutdownNow();
    connections.close();
    clients.close().awaitUninterruptibly();
    shutDown();
  }

  private void shutDown() {
    sweeper.shutdownNow();
    workers.shutdown();
    acceptor.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    sockets.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
