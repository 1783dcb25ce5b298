package io.sallyport.jdbc;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.sql.SQLException;
import java.util.Base64;
import java.util.Collection;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** TLS from PEM files; the server's name is always checked against its certificate. */
final class Tls {
  private static final String[] KEY_ALGORITHMS = {"RSA", "EC", "Ed25519"};

  private Tls() {}

  static SSLContext context(Settings settings) throws SQLException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys(settings), trust(settings.file(SallyportProperty.CA_FILE)), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new SQLException("TLS cannot be set up: " + e.getMessage(), "08001", e);
    }
  }

  private static TrustManager @Nullable [] trust(Optional<Path> caFile)
      throws GeneralSecurityException, SQLException {
    if (caFile.isEmpty()) {
      return null;
    }
    KeyStore store = emptyStore();
    int number = 0;
    for (Certificate authority : certificates(caFile.get())) {
      store.setCertificateEntry("ca" + number++, authority);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static KeyManager @Nullable [] keys(Settings settings)
      throws GeneralSecurityException, SQLException {
    Optional<Path> certificate = settings.file(SallyportProperty.CLIENT_CERT);
    Optional<Path> key = settings.file(SallyportProperty.CLIENT_KEY);
    if (certificate.isEmpty() || key.isEmpty()) {
      return null;
    }
    KeyStore store = emptyStore();
    store.setKeyEntry(
        "client",
        privateKey(key.get()),
        new char[0],
        certificates(certificate.get()).toArray(new Certificate[0]));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, new char[0]);
    return factory.getKeyManagers();
  }

  private static KeyStore emptyStore() throws GeneralSecurityException {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      return store;
    } catch (IOException e) {
      throw new GeneralSecurityException(e);
    }
  }

  private static Collection<? extends Certificate> certificates(Path pem)
      throws GeneralSecurityException, SQLException {
    Collection<? extends Certificate> found =
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(bytes(pem)));
    if (found.isEmpty()) {
      throw Failure.of("08001", "`" + pem + "` holds no certificate");
    }
    return found;
  }

  private static PrivateKey privateKey(Path pem) throws GeneralSecurityException, SQLException {
    String text = new String(bytes(pem), StandardCharsets.US_ASCII);
    int start = text.indexOf("-----BEGIN PRIVATE KEY-----");
    int end = text.indexOf("-----END PRIVATE KEY-----");
    if (start < 0 || end < start) {
      throw Failure.of("08001", "`" + pem + "` holds no PKCS #8 key (`BEGIN PRIVATE KEY`)");
    }
    byte[] key =
        Base64.getMimeDecoder().decode(text.substring(start, end).replaceFirst("-----.*-----", ""));
    for (String algorithm : KEY_ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(key));
      } catch (InvalidKeySpecException e) {
        continue;
      }
    }
    throw Failure.of("08001", "the key in `" + pem + "` is of no kind that TLS can use");
  }

  private static byte[] bytes(Path pem) throws SQLException {
    try {
      return Files.readAllBytes(pem);
    } catch (IOException e) {
      throw new SQLException("`" + pem + "` cannot be read", "08001", e);
    }
  }
}
