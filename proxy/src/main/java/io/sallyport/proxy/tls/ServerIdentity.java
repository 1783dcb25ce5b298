package io.sallyport.proxy.tls;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Path;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * The files by which the doors prove who the server is.
 *
 * @param certificates the server's certificate, then those that vouch for it, in PEM
 * @param key the private key in PEM (PKCS #8)
 * @param authority what clients trust, if the server made it itself
 */
public record ServerIdentity(Path certificates, Path key, Optional<Path> authority) {
  /** For Netty; TLS 1.2 and 1.3 only. */
  public SslContext sslContext() {
    try {
      return SslContextBuilder.forServer(certificates.toFile(), key.toFile())
          .sslProvider(SslProvider.JDK)
          .protocols("TLSv1.3", "TLSv1.2")
          .build();
    } catch (SSLException | IllegalArgumentException e) {
      throw new IllegalStateException(
          "the certificate `" + certificates + "` and its key cannot be used for TLS", e);
    }
  }
}
