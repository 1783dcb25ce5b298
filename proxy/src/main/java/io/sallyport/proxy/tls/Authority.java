package io.sallyport.proxy.tls;

import io.netty.util.NetUtil;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate authority for one server: ten years, EC P-256, and no authority below it.
 *
 * <p>It keeps nothing; files are {@link Certificates}' part.
 */
final class Authority {
  static final Duration LIFE = Duration.ofDays(3652);
  static final Duration SERVER_LIFE = Duration.ofDays(365);

  /** So that a client whose clock is a little behind finds the certificate valid. */
  private static final Duration BEHIND = Duration.ofHours(1);

  private static final SecureRandom RANDOM = new SecureRandom();

  private final Pem.Pair own;

  Authority(Pem.Pair own) {
    this.own = own;
  }

  static Pem.Pair create(Instant now) throws GeneralSecurityException, IOException {
    KeyPair keys = keys();
    // A number in the name tells two authorities of two installations apart in a client's list.
    String name = "CN=Sallyport authority " + serial().mod(BigInteger.valueOf(1_000_000));
    X500Principal subject = new X500Principal(name);
    JcaX509v3CertificateBuilder builder =
        builder(subject, subject, keys.getPublic(), now, now.plus(LIFE));
    JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
    builder
        .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
        .addExtension(
            Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
        .addExtension(
            Extension.subjectKeyIdentifier,
            false,
            identifiers.createSubjectKeyIdentifier(keys.getPublic()));
    return Pem.Pair.of(sign(builder, keys.getPrivate()), keys);
  }

  /** A server's certificate for names and addresses, for a year or as long as the authority. */
  Pem.Pair issue(Collection<String> names, Instant now)
      throws GeneralSecurityException, IOException {
    KeyPair keys = keys();
    Instant last = own.certificate().getNotAfter().toInstant();
    Instant end = now.plus(SERVER_LIFE).isBefore(last) ? now.plus(SERVER_LIFE) : last;
    JcaX509v3CertificateBuilder builder =
        builder(
            own.certificate().getSubjectX500Principal(),
            new X500Principal("CN=Sallyport"),
            keys.getPublic(),
            now,
            end);
    JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
    builder
        .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
        .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
        .addExtension(
            Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
        .addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(names.stream().map(Authority::name).toArray(GeneralName[]::new)))
        .addExtension(
            Extension.subjectKeyIdentifier,
            false,
            identifiers.createSubjectKeyIdentifier(keys.getPublic()))
        .addExtension(
            Extension.authorityKeyIdentifier,
            false,
            identifiers.createAuthorityKeyIdentifier(own.certificate()));
    return Pem.Pair.of(sign(builder, own.key()), keys);
  }

  private static GeneralName name(String name) {
    boolean address = NetUtil.createByteArrayFromIpAddressString(name) != null;
    return new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, name);
  }

  private static JcaX509v3CertificateBuilder builder(
      X500Principal issuer, X500Principal subject, PublicKey key, Instant now, Instant end) {
    return new JcaX509v3CertificateBuilder(
        issuer, serial(), Date.from(now.minus(BEHIND)), Date.from(end), subject, key);
  }

  private static X509Certificate sign(JcaX509v3CertificateBuilder builder, PrivateKey key)
      throws GeneralSecurityException {
    try {
      return new JcaX509CertificateConverter()
          .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
    } catch (OperatorCreationException e) {
      throw new GeneralSecurityException(e);
    }
  }

  private static BigInteger serial() {
    return new BigInteger(127, RANDOM);
  }

  private static KeyPair keys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
    return generator.generateKeyPair();
  }
}
