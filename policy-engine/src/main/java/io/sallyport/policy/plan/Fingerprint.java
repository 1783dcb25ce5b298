package io.sallyport.policy.plan;

import io.sallyport.policy.Policy;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelWriter;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.core.CorrelationId;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexCorrelVariable;
import org.apache.calcite.rex.RexFieldAccess;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.sql.SqlExplainLevel;
import org.apache.calcite.util.Pair;
import org.jspecify.annotations.Nullable;

/**
 * Names one question exactly: its checked plan, its parameters' values and the policies it met.
 *
 * <pre>Fingerprint.of(query, List.of(7), policies)  →  "9f2c…" (64 hexadecimal digits)</pre>
 *
 * <p>Layout, letter case and aliases inside the text do not matter; the answer's column names, each
 * type, each value and each policy's version do.
 */
public final class Fingerprint {
  private final StringBuilder canonical = new StringBuilder();
  private final List<CorrelationId> correlations = new ArrayList<>();

  private Fingerprint() {}

  /**
   * The SHA-256 of the canonical form, in lower-case hexadecimal digits.
   *
   * @param policies by dataset name
   */
  public static String of(
      BoundQuery query, List<? extends @Nullable Object> parameters, Map<String, Policy> policies) {
    Fingerprint fingerprint = new Fingerprint();
    fingerprint.field(String.join("\u0000", query.columnNames()));
    fingerprint.node(query.plan());
    for (Object parameter : parameters) {
      fingerprint.field(parameter == null ? "NULL" : parameter.getClass().getName());
      fingerprint.field(String.valueOf(parameter));
    }
    new TreeMap<>(policies)
        .forEach(
            (dataset, policy) -> {
              fingerprint.field(dataset);
              fingerprint.field(policy.version());
            });
    return sha256(fingerprint.canonical.toString());
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

  private void node(RelNode node) {
    field(node.getRelTypeName());
    field(
        node.getRowType().getFieldList().stream()
            .map(f -> f.getType().getFullTypeString())
            .toList()
            .toString());
    node.explain(new Terms());
    node.getInputs().forEach(this::node);
    canonical.append(')');
  }

  /** Takes what a node says of itself; its inputs follow on their own. */
  private final class Terms implements RelWriter {
    @Override
    public void explain(RelNode rel, List<Pair<String, @Nullable Object>> values) {
      throw new IllegalStateException("a node explains itself by its terms");
    }

    @Override
    public SqlExplainLevel getDetailLevel() {
      return SqlExplainLevel.DIGEST_ATTRIBUTES;
    }

    @Override
    public RelWriter item(String term, @Nullable Object value) {
      if (!(value instanceof RelNode)) {
        field(value instanceof RexNode ? "expression" : term);
        term(value);
      }
      return this;
    }

    @Override
    public RelWriter done(RelNode node) {
      return this;
    }
  }

  private void term(@Nullable Object value) {
    if (value instanceof RexNode expression) {
      expression(expression);
    } else if (value instanceof CorrelationId id) {
      correlation(id);
    } else if (value instanceof AggregateCall call) {
      field(call.getAggregation().getName());
      field(call.toString());
      field(call.getType().getFullTypeString());
    } else if (value instanceof Collection<?> list) {
      list.forEach(this::term);
      canonical.append(']');
    } else {
      field(String.valueOf(value));
    }
  }

  /** An outer row by the order in which the plan names it, not by the planner's counter. */
  private void correlation(CorrelationId id) {
    if (!correlations.contains(id)) {
      correlations.add(id);
    }
    field("outer row " + correlations.indexOf(id));
  }

  private void expression(RexNode expression) {
    if (expression instanceof RexCorrelVariable variable) {
      correlation(variable.id);
      return;
    }
    if (expression instanceof RexFieldAccess access) {
      expression(access.getReferenceExpr());
      field("field " + access.getField().getIndex());
      return;
    }
    field(expression.getType().getFullTypeString());
    if (expression instanceof RexOver over) {
      field(over.toString());
    }
    if (expression instanceof RexCall call) {
      field(call.getOperator().getName());
      field(call.getKind().name());
      call.getOperands().forEach(this::expression);
      if (expression instanceof RexSubQuery query) {
        node(query.rel);
      }
      canonical.append(')');
      return;
    }
    field(expression.toString());
  }
}
