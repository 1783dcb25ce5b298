package io.sallyport.proxy.tls;

import io.netty.util.NetUtil;
import io.sallyport.proxy.state.StateDirectory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The server's certificates: made on its first start and renewed on later ones, or given as files.
 *
 * <pre>
 * Certificates.generated(state.directory("tls"), List.of("gate.example.com"), clock)
 *   → tls/ca.pem for clients; tls/server.pem and tls/server-key.pem for the doors
 * </pre>
 *
 * <p>It renews when the server starts, not while it runs; and it never replaces an authority that
 * is valid, because clients trust it.
 */
public final class Certificates {
  private static final Duration EARLY = Duration.ofDays(30);
  private static final String AUTHORITY = "ca.pem";
  private static final String AUTHORITY_KEY = "ca-key.pem";
  private static final String SERVER = "server.pem";
  private static final String SERVER_KEY = "server-key.pem";

  private final StateDirectory directory;
  private final InstantSource clock;

  private Certificates(StateDirectory directory, InstantSource clock) {
    this.directory = directory;
    this.clock = clock;
  }

  /**
   * The server's own certificates, made or renewed where needed.
   *
   * @param names by which clients call the server, besides {@code localhost} and this machine's own
   * @throws IllegalArgumentException if the files there cannot be used, with what to do
   */
  public static ServerIdentity generated(
      StateDirectory directory, Collection<String> names, InstantSource clock) {
    try {
      return new Certificates(directory, clock).identity(allNames(names));
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(
          "no certificate can be made in `" + directory.file("") + "`", e);
    }
  }

  /**
   * Certificates of someone else's making.
   *
   * @throws IllegalArgumentException if they do not belong together, are not valid now, or the key
   *     is open to everyone
   */
  public static ServerIdentity given(Path certificates, Path key, InstantSource clock) {
    X509Certificate certificate = Pem.certificate(certificates);
    demandClosed(key, Set.of(PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE));
    if (!Pem.belong(certificate.getPublicKey(), Pem.key(key))) {
      throw new IllegalArgumentException(
          "the key `" + key + "` is not that of the certificate `" + certificates + "`");
    }
    if (!lasts(certificate, clock, Duration.ZERO)) {
      throw new IllegalArgumentException(
          "the certificate `"
              + certificates
              + "` is valid until "
              + certificate.getNotAfter().toInstant()
              + "; give one that is valid now");
    }
    return new ServerIdentity(certificates, key, Optional.empty());
  }

  private ServerIdentity identity(Set<String> names) throws GeneralSecurityException, IOException {
    Path file = directory.file(AUTHORITY);
    if (!Files.exists(file) || !lasts(Pem.certificate(file), clock, Duration.ZERO)) {
      createAuthority();
    }
    X509Certificate authority = Pem.certificate(file);
    if (!serverServes(authority, names)) {
      issue(authority, names);
    }
    demandClosed(directory.file(SERVER_KEY), notOwner());
    return new ServerIdentity(
        directory.file(SERVER), directory.file(SERVER_KEY), Optional.of(file));
  }

  /** The key first: a certificate that is there has its key, whenever the server was stopped. */
  private void createAuthority() throws GeneralSecurityException, IOException {
    Pem.Pair fresh = Authority.create(clock.instant());
    directory.write(AUTHORITY_KEY, Pem.of(fresh.key()));
    directory.write(AUTHORITY, Pem.of(fresh.certificate()));
  }

  private boolean serverServes(X509Certificate authority, Set<String> names)
      throws GeneralSecurityException {
    Path file = directory.file(SERVER);
    Path key = directory.file(SERVER_KEY);
    if (!Files.exists(file) || !Files.exists(key)) {
      return false;
    }
    X509Certificate server = Pem.certificate(file);
    try {
      server.verify(authority.getPublicKey());
    } catch (GeneralSecurityException e) {
      return false;
    }
    // The authority's own end is the last that a server's certificate can have.
    boolean lastOfAuthority = !server.getNotAfter().before(authority.getNotAfter());
    return Pem.belong(server.getPublicKey(), Pem.key(key))
        && lasts(server, clock, lastOfAuthority ? Duration.ZERO : EARLY)
        && namesOf(server).containsAll(names);
  }

  private void issue(X509Certificate authority, Set<String> names)
      throws GeneralSecurityException, IOException {
    Path file = directory.file(AUTHORITY_KEY);
    if (!Files.exists(file)) {
      throw new IllegalArgumentException(
          "a new server certificate needs the authority's key `"
              + file
              + "`; put it back, or remove `"
              + directory.file(AUTHORITY)
              + "` to begin a new authority");
    }
    demandClosed(file, notOwner());
    Pem.Pair pair = new Pem.Pair(authority, Pem.key(file));
    if (!Pem.belong(authority.getPublicKey(), pair.key())) {
      throw new IllegalArgumentException(
          "the key `" + file + "` is not that of `" + directory.file(AUTHORITY) + "`");
    }
    Pem.Pair server = new Authority(pair).issue(names, clock.instant());
    directory.write(SERVER_KEY, Pem.of(server.key()));
    directory.write(SERVER, Pem.of(server.certificate()));
  }

  private static boolean lasts(X509Certificate certificate, InstantSource clock, Duration time) {
    return !certificate.getNotBefore().toInstant().isAfter(clock.instant())
        && certificate.getNotAfter().toInstant().isAfter(clock.instant().plus(time));
  }

  private static Set<String> namesOf(X509Certificate certificate) throws GeneralSecurityException {
    @Nullable Collection<List<?>> names = certificate.getSubjectAlternativeNames();
    return names == null
        ? Set.of()
        : names.stream()
            .map(name -> canonical(String.valueOf(name.get(1))))
            .collect(Collectors.toSet());
  }

  private static Set<String> allNames(Collection<String> configured) {
    Set<String> names = new LinkedHashSet<>(List.of("localhost", "127.0.0.1", canonical("::1")));
    thisMachine().ifPresent(names::add);
    for (String name : configured) {
      if (!isName(name) && NetUtil.createByteArrayFromIpAddressString(name) == null) {
        throw new IllegalArgumentException(
            "a certificate holds names such as `gate.example.com` and addresses. Given: `"
                + name
                + "`");
      }
      names.add(canonical(name));
    }
    return names;
  }

  private static Optional<String> thisMachine() {
    try {
      return Optional.of(canonical(InetAddress.getLocalHost().getHostName()))
          .filter(Certificates::isName);
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  private static boolean isName(String text) {
    return text.length() <= 253
        && text.matches(
            "(?i)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")
        && !text.matches("[0-9.]+");
  }

  /** Names in lower case and addresses in one spelling, so that they compare. */
  private static String canonical(String name) {
    byte @Nullable [] address = NetUtil.createByteArrayFromIpAddressString(name);
    return address == null ? name.toLowerCase(Locale.ROOT) : NetUtil.bytesToIpAddress(address);
  }

  private static Set<PosixFilePermission> notOwner() {
    return Set.of(
        PosixFilePermission.GROUP_READ,
        PosixFilePermission.GROUP_WRITE,
        PosixFilePermission.OTHERS_READ,
        PosixFilePermission.OTHERS_WRITE);
  }

  private static void demandClosed(Path key, Set<PosixFilePermission> forbidden) {
    try {
      if (Files.getPosixFilePermissions(key).stream().anyMatch(forbidden::contains)) {
        throw new IllegalArgumentException(
            "the key `" + key + "` is open to other users; close it with chmod 600");
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("the key `" + key + "` cannot be read", e);
    }
  }
}
