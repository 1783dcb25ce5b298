package io.sallyport.policy;

import io.sallyport.policy.Policy.ColumnName;
import io.sallyport.policy.Policy.ColumnRight;
import io.sallyport.policy.StatementBinder.Bound;
import io.sallyport.policy.StatementBinder.Parameter;
import io.sallyport.policy.StatementBinder.Unbound;
import io.sallyport.policy.TemplateParameter.Allowed;
import io.sallyport.policy.TemplateParameter.Kind;
import io.sallyport.policy.TemplateParameter.Value;
import io.sallyport.policy.YamlNode.Entries;
import io.sallyport.policy.YamlNode.Entry;
import io.sallyport.policy.YamlNode.Items;
import io.sallyport.policy.YamlNode.Mark;
import io.sallyport.policy.YamlNode.Text;
import io.sallyport.policy.plan.PlanShape;
import io.sallyport.policy.plan.TableName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the statements that a policy publishes.
 *
 * <pre>
 * visits_per_ward:
 *   sql: SELECT ward_id, count(*) FROM visits WHERE cost &gt;= $least GROUP BY ward_id
 *   parameters: { least: { type: "DECIMAL(10,2)", between: [0, 1000] } }
 * </pre>
 *
 * <p>A template that has a problem is empty; the problem is in the {@link Reading}.
 */
final class TemplateGrammar {
  private final Reading reading;
  private final StatementBinder binder;
  private final Set<TableName> published;
  private final Map<ColumnName, ColumnRight> rights;

  /** False if an earlier problem left something out that a statement would miss. */
  private final boolean bindable;

  TemplateGrammar(
      Reading reading,
      StatementBinder binder,
      Set<TableName> published,
      Map<ColumnName, ColumnRight> rights) {
    this.reading = reading;
    this.binder = binder;
    this.published = published;
    this.rights = rights;
    this.bindable = !reading.hasProblems();
  }

  /** Every template by its name, those with problems too. */
  Map<String, Optional<Template>> templates(YamlNode node) {
    Map<String, Optional<Template>> templates = new LinkedHashMap<>();
    for (Entry entry : reading.entries(node, "`templates`")) {
      templates.put(entry.key(), template(entry));
    }
    return templates;
  }

  private Optional<Template> template(Entry entry) {
    String name = Reading.shown(entry.key());
    Map<String, Entry> fields =
        reading.fields(entry.value(), "the template " + name, List.of("sql", "parameters"));
    Map<String, Optional<TemplateParameter>> parameters = new LinkedHashMap<>();
    Entry declared = fields.get("parameters");
    if (declared != null) {
      for (Entry parameter : reading.entries(declared.value(), "`parameters`")) {
        parameters.put(parameter.key(), parameter(parameter));
      }
    }
    Entry sql = fields.get("sql");
    if (sql == null) {
      if (entry.value() instanceof Entries) {
        reading.problem(entry.mark(), "the template " + name + " needs its `sql`");
      }
      return Optional.empty();
    }
    Optional<String> text = reading.word(sql.value(), "`sql`");
    if (text.isEmpty() || !bindable) {
      return Optional.empty();
    }
    try {
      Bound bound = binder.bind(text.get(), published, rights);
      return template(entry, sql.mark(), bound, parameters);
    } catch (Unbound unbound) {
      reading.problem(sql.value().mark(), "nobody could ask this: " + unbound.sentence());
      return Optional.empty();
    }
  }

  private Optional<Template> template(
      Entry entry, Mark mark, Bound bound, Map<String, Optional<TemplateParameter>> declared) {
    List<TemplateParameter> parameters = new ArrayList<>();
    boolean sound = true;
    for (Parameter used : bound.parameters()) {
      Optional<TemplateParameter> parameter = declared.getOrDefault(used.name(), Optional.empty());
      String problem = "";
      if (!declared.containsKey(used.name())) {
        problem = "is not among the `parameters`; declare it with its type, " + used.type();
      } else if (parameter.filter(p -> !p.type().equals(used.type())).isPresent()) {
        problem = "has the type " + used.type() + " where it stands; declare that";
      }
      if (!problem.isEmpty()) {
        reading.problem(mark, Reading.shown("$" + used.name()) + " " + problem);
      }
      sound &= problem.isEmpty() && parameter.isPresent();
      if (sound) {
        parameter.ifPresent(parameters::add);
      }
    }
    List<String> used = bound.parameters().stream().map(Parameter::name).toList();
    for (String name : declared.keySet()) {
      if (!used.contains(name)) {
        reading.problem(mark, "the statement has no parameter " + Reading.shown("$" + name));
        sound = false;
      }
    }
    return sound
        ? Optional.of(new Template(entry.key(), PlanShape.of(bound.query().plan()), parameters))
        : Optional.empty();
  }

  private Optional<TemplateParameter> parameter(Entry entry) {
    String name = Reading.shown(entry.key());
    Map<String, Entry> fields =
        reading.fields(
            entry.value(), "the parameter " + name, List.of("type", "between", "values"));
    Entry type = fields.get("type");
    Entry between = fields.get("between");
    Entry values = fields.get("values");
    if (type == null || (between == null) == (values == null)) {
      if (entry.value() instanceof Entries) {
        reading.problem(
            entry.mark(),
            "a parameter has a `type`, and either `between` or `values`, such as `{ type: DATE,"
                + " between: [2026-01-01, 2026-12-31] }`");
      }
      return Optional.empty();
    }
    Optional<String> word = reading.word(type.value(), "`type`").map(w -> w.replace(", ", ","));
    Optional<Kind> kind = word.flatMap(Kind::of);
    if (word.isPresent() && kind.isEmpty()) {
      reading.problem(
          type.value().mark(),
          "a parameter is a number, VARCHAR, BOOLEAN, DATE or TIMESTAMP, by DuckDB's name. Given: "
              + Reading.given(type.value()));
    }
    if (kind.isEmpty()) {
      return Optional.empty();
    }
    // Only to read values by: what is allowed follows from them.
    TemplateParameter typed =
        new TemplateParameter(entry.key(), word.get(), new Allowed.OneOf(List.of()));
    Optional<Allowed> allowed = between == null ? oneOf(typed, values) : range(typed, between);
    return allowed.map(a -> new TemplateParameter(entry.key(), typed.type(), a));
  }

  private Optional<Allowed> range(TemplateParameter parameter, Entry between) {
    if (!parameter.kind().ordered()) {
      reading.problem(
          between.mark(), "only numbers, dates and timestamps lie between; give `values`");
      return Optional.empty();
    }
    if (!(between.value() instanceof Items list) || list.items().size() != 2) {
      reading.problem(
          between.value().mark(),
          "`between` is the least and the greatest value, such as `[0, 100]`. Given: "
              + Reading.given(between.value()));
      return Optional.empty();
    }
    Optional<Value> least = value(parameter, list.items().get(0));
    Optional<Value> greatest = value(parameter, list.items().get(1));
    if (least.isEmpty() || greatest.isEmpty()) {
      return Optional.empty();
    }
    if (least.get().compareTo(greatest.get()) > 0) {
      reading.problem(
          between.value().mark(), "`between` goes from the least to the greatest value");
      return Optional.empty();
    }
    return Optional.of(new Allowed.Between(least.get(), greatest.get()));
  }

  private Optional<Allowed> oneOf(TemplateParameter parameter, Entry values) {
    List<Value> allowed = new ArrayList<>();
    for (YamlNode item : reading.items(values.value(), "`values`")) {
      value(parameter, item).ifPresent(allowed::add);
    }
    return allowed.isEmpty() ? Optional.empty() : Optional.of(new Allowed.OneOf(allowed));
  }

  private Optional<Value> value(TemplateParameter parameter, YamlNode node) {
    Optional<Value> value =
        parameter.kind() == Kind.NUMBER
            ? reading
                .number(node, "a value of `" + parameter.name() + "`")
                .filter(number -> NumericColumn.holds(parameter.type(), number))
                .map(Value::new)
            : node instanceof Text text ? parameter.read(text.value()) : Optional.empty();
    boolean noted = parameter.kind() == Kind.NUMBER && !isNumber(node);
    if (value.isEmpty() && !noted) {
      reading.problem(
          node.mark(), Reading.given(node) + " is no value of type " + parameter.type());
    }
    return value;
  }

  private static boolean isNumber(YamlNode node) {
    return node instanceof Text text && text.number();
  }
}
