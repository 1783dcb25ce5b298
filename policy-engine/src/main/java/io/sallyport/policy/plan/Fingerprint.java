package io.sallyport.policy.plan;

import io.sallyport.policy.AggregateOnly;
import io.sallyport.policy.Obligations;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Names one question exactly: its checked plan, its parameters' values and the policies it met.
 *
 * <pre>Fingerprint.of(query, List.of(7), purpose, obligations)  →  "9f2c…" (64 hexadecimal digits)
 * </pre>
 *
 * <p>What does not matter to a {@link PlanShape} does not matter here; each constant with its type,
 * the answer's column names, each parameter's value and each policy's version do.
 */
public final class Fingerprint {
  private final StringBuilder canonical = new StringBuilder();

  private Fingerprint() {}

  /**
   * The SHA-256 of the canonical form, in lower-case hexadecimal digits.
   *
   * @param purpose that the asker states: owners approve a question for the purpose that they read
   * @param obligations on which terms the answer would leave
   */
  public static String of(
      BoundQuery query,
      List<? extends @Nullable Object> parameters,
      Optional<String> purpose,
      Obligations obligations) {
    Fingerprint fingerprint = new Fingerprint();
    fingerprint.field(String.join("\u0000", query.columnNames()));
    PlanShape shape = PlanShape.of(query.plan());
    fingerprint.field(shape.text());
    shape
        .constants()
        .forEach(
            constant -> {
              fingerprint.field(constant.getType().getFullTypeString());
              fingerprint.field(constant.toString());
            });
    for (Object parameter : parameters) {
      fingerprint.field(parameter == null ? "NULL" : parameter.getClass().getName());
      fingerprint.field(told(parameter));
    }
    fingerprint.field(purpose.map(stated -> "for " + stated).orElse(""));
    obligations
        .guards()
        .forEach(
            (dataset, guard) -> {
              fingerprint.field(dataset);
              fingerprint.field(guard.policy().version());
              guard.release().ifPresentOrElse(fingerprint::release, () -> fingerprint.field(""));
            });
    fingerprint.field(obligations.resultRows().toString());
    return sha256(fingerprint.canonical.toString());
  }

  /** A parameter's value as its owner reads it: bytes by their digits, not by who holds them. */
  public static String told(@Nullable Object parameter) {
    if (parameter instanceof byte[] bytes) {
      return "\\x" + HexFormat.of().formatHex(bytes);
    }
    return parameter instanceof Object[] values
        ? Arrays.deepToString(values)
        : String.valueOf(parameter);
  }

  /** One policy may guard groups in several ways, depending on who asks. */
  private void release(AggregateOnly release) {
    field(String.valueOf(release.minGroupSize()));
    field(String.join(",", new TreeSet<>(release.functions())));
    field(release.dominance().toString());
    field(String.valueOf(release.roundTo()));
    field(release.smallGroups().name());
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is missing", e);
    }
  }

  /** Its length goes first, so that no two lists of fields read the same. */
  private void field(String text) {
    canonical.append(text.length()).append(':').append(text);
  }
}
