package io.sallyport.proxy.http;

import io.netty.handler.ssl.SslContext;
import java.time.Duration;
import java.util.Optional;

/**
 * Where the HTTP door listens and how much it takes from one client.
 *
 * @param port 0 for any free one
 * @param tls without it the door speaks plain HTTP
 * @param maxRequestBytes the body of one request
 * @param maxHeaderBytes the request line, and all headers together
 * @param maxConnections further ones are closed at once
 * @param connectionIdle when a socket on which nothing happens is closed
 * @param sessionIdle when a client's session that it does not use is closed
 */
public record HttpSettings(
    String host,
    int port,
    Optional<SslContext> tls,
    int maxRequestBytes,
    int maxHeaderBytes,
    int maxConnections,
    Duration connectionIdle,
    Duration sessionIdle) {
  public HttpSettings {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("a port is between 0 and 65535. Given: " + port);
    }
    if (maxRequestBytes < 1024 || maxHeaderBytes < 1024) {
      throw new IllegalArgumentException(
          "a request needs at least 1024 bytes for its body and its headers. Given: "
              + maxRequestBytes
              + " and "
              + maxHeaderBytes);
    }
    if (maxConnections < 1) {
      throw new IllegalArgumentException(
          "the door needs at least 1 connection. Given: " + maxConnections);
    }
    if (connectionIdle.toMillis() < 1 || sessionIdle.toMillis() < 1) {
      throw new IllegalArgumentException("a connection may be idle for at least a millisecond");
    }
  }

  /** Requests of 4 MiB, 512 connections, idle for five minutes, sessions for half an hour. */
  public static HttpSettings of(String host, int port, Optional<SslContext> tls) {
    return new HttpSettings(
        host, port, tls, 4 << 20, 16 << 10, 512, Duration.ofMinutes(5), Duration.ofMinutes(30));
  }

  public HttpSettings withMaxRequestBytes(int bytes) {
    return new HttpSettings(
        host, port, tls, bytes, maxHeaderBytes, maxConnections, connectionIdle, sessionIdle);
  }

  public HttpSettings withIdle(Duration connection, Duration session) {
    return new HttpSettings(
        host, port, tls, maxRequestBytes, maxHeaderBytes, maxConnections, connection, session);
  }
}
