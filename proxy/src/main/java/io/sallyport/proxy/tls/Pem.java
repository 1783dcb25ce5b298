package io.sallyport.proxy.tls;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;

/** Certificates and keys as PEM text; a key is never part of a message. */
final class Pem {
  private Pem() {}

  static String of(Certificate... certificates) throws IOException {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter pem = new JcaPEMWriter(text)) {
      for (Certificate certificate : certificates) {
        pem.writeObject(certificate);
      }
    }
    return text.toString();
  }

  /** In PKCS #8, which Netty and gRPC read. */
  static String of(PrivateKey key) throws IOException {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter pem = new JcaPEMWriter(text)) {
      pem.writeObject(new JcaPKCS8Generator(key, null));
    }
    return text.toString();
  }

  /** The first certificate of a file. */
  static X509Certificate certificate(Path file) {
    try (InputStream bytes = new BufferedInputStream(Files.newInputStream(file))) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(bytes);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException("the file `" + file + "` is not a certificate in PEM", e);
    }
  }

  static PrivateKey key(Path file) {
    try (Reader text = Files.newBufferedReader(file);
        PEMParser pem = new PEMParser(text)) {
      Object found = pem.readObject();
      JcaPEMKeyConverter converter = new JcaPEMKeyConverter();
      if (found instanceof PrivateKeyInfo info) {
        return converter.getPrivateKey(info);
      }
      if (found instanceof PEMKeyPair pair) {
        return converter.getKeyPair(pair).getPrivate();
      }
    } catch (IOException e) {
      // The library's text may show a part of the file, so only its name is told.
    }
    throw new IllegalArgumentException(
        "the file `" + file + "` is not a private key in PEM without a password");
  }

  /** True if what the one signs the other confirms. */
  static boolean belong(PublicKey publicKey, PrivateKey privateKey) {
    String algorithm = privateKey.getAlgorithm();
    try {
      Signature signature =
          Signature.getInstance(
              switch (algorithm) {
                case "EC", "ECDSA" -> "SHA256withECDSA";
                case "RSA" -> "SHA256withRSA";
                default -> algorithm;
              });
      byte[] something = publicKey.getEncoded();
      signature.initSign(privateKey);
      signature.update(something);
      byte[] signed = signature.sign();
      signature.initVerify(publicKey);
      signature.update(something);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /** A certificate with its key. */
  record Pair(X509Certificate certificate, PrivateKey key) {
    static Pair of(X509Certificate certificate, KeyPair keys) {
      return new Pair(certificate, keys.getPrivate());
    }

    @Override
    public String toString() {
      return "Pair[" + certificate.getSubjectX500Principal() + "]";
    }
  }
}
