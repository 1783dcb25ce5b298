package io.sallyport.policy;

import io.sallyport.policy.Policy.ColumnName;
import io.sallyport.policy.Policy.ColumnRight;
import io.sallyport.policy.Policy.PrivacyUnit;
import io.sallyport.policy.YamlNode.Entries;
import io.sallyport.policy.YamlNode.Entry;
import io.sallyport.policy.YamlNode.Items;
import io.sallyport.policy.YamlNode.Mark;
import io.sallyport.policy.YamlNode.Nothing;
import io.sallyport.policy.plan.TableName;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Reads a policy from YAML and checks it against the tables that exist.
 *
 * <pre>
 * PolicyFile.read("clinic.policy.yaml", text, tables, binder)  →  Policy, or all problems at once:
 * clinic.policy.yaml:7:3: the dataset has no table `patiens`; did you mean `patients`?
 * </pre>
 *
 * <p>It does not open files and puts nothing in force. Columns and tables are stored in the
 * source's spelling.
 */
public final class PolicyFile {
  private static final List<String> SECTIONS =
      List.of(
          "dataset",
          "owner",
          "units",
          "tables",
          "columns",
          "templates",
          "automatic",
          "approval",
          "limits",
          "approvals");

  private final Reading reading;
  private final SourceTables tables;
  private final StatementBinder binder;
  private final Map<String, Optional<Template>> templates = new LinkedHashMap<>();
  private final Map<TableName, PrivacyUnit> units = new LinkedHashMap<>();
  private final Set<TableName> publicTables = new LinkedHashSet<>();
  private final Map<ColumnName, ColumnRight> columns = new LinkedHashMap<>();

  /** Tables that are to be published, those with problems too. */
  private final Set<TableName> named = new HashSet<>();

  private final List<Path> paths = new ArrayList<>();

  /** A unit that is found through another table. */
  private record Path(Mark mark, TableName table) {}

  private PolicyFile(Reading reading, SourceTables tables, StatementBinder binder) {
    this.reading = reading;
    this.tables = tables;
    this.binder = binder;
  }

  /**
   * Reads one policy.
   *
   * @param fileName as problems name it
   * @param tables of the dataset that the policy is for
   * @param binder of the statements that it publishes
   * @throws PolicyProblems with every problem of the text
   */
  public static Policy read(
      String fileName, String text, List<TableShape> tables, StatementBinder binder) {
    Reading reading = new Reading(fileName);
    try {
      YamlNode document = YamlText.read(text);
      YamlNode root =
          document instanceof Nothing ? new Entries(document.mark(), List.of()) : document;
      return new PolicyFile(reading, new SourceTables(tables, reading), binder)
          .policy(root, sha256(text));
    } catch (YamlText.Malformed malformed) {
      reading.problem(malformed.mark(), malformed.sentence());
      reading.throwIfAny();
      throw new IllegalStateException("a malformed text is a problem", malformed);
    }
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

  private Policy policy(YamlNode root, String version) {
    Map<String, Entry> sections = reading.fields(root, "a policy", SECTIONS);
    String dataset = name(root, sections, "dataset").map(this::dataset).orElse("");
    String owner = name(root, sections, "owner").orElse("");
    section(sections, "units").ifPresent(this::units);
    paths.forEach(this::ends);
    section(sections, "tables").ifPresent(this::publicTables);
    section(sections, "columns").ifPresent(this::columns);
    section(sections, "templates").ifPresent(this::templates);
    Optional<List<Rule>> automatic = rules(sections, "automatic");
    Optional<List<Rule>> approval = rules(sections, "approval");
    Policy.Limits limits = section(sections, "limits").map(this::limits).orElse(Policy.Limits.NONE);
    Policy.Approvals approvals =
        section(sections, "approvals").map(this::approvals).orElse(Policy.Approvals.DEFAULT);
    refuseAsking(
        sections,
        "automatic",
        approval.isPresent() ? Optional.empty() : automatic,
        "asks nobody where nothing is ever held; write `approval` rules, such as `- always`");
    refuseAsking(
        sections,
        "approval",
        approval,
        "under `approval` would ask an owner who was asked already; write `leave_out`");
    reading.throwIfAny();
    if (automatic.isEmpty() && approval.isEmpty()) {
      approval = Optional.of(List.of(new Rule.Always()));
    }
    return new Policy(
        dataset,
        owner,
        version,
        units,
        publicTables,
        columns,
        new Policy.Release(
            automatic.orElse(List.of(AggregateOnly.DEFAULT)), approval, approvals, limits));
  }

  private void refuseAsking(
      Map<String, Entry> sections, String name, Optional<List<Rule>> rules, String why) {
    Entry given = sections.get(name);
    boolean asks =
        rules.stream()
            .flatMap(List::stream)
            .flatMap(Rule::aggregates)
            .anyMatch(AggregateOnly::asks);
    if (given != null && asks) {
      reading.problem(given.mark(), "`small_groups: ask` " + why);
    }
  }

  private static Optional<YamlNode> section(Map<String, Entry> sections, String name) {
    return Optional.ofNullable(sections.get(name)).map(Entry::value);
  }

  private Optional<String> name(YamlNode root, Map<String, Entry> sections, String key) {
    Entry given = sections.get(key);
    if (given == null) {
      if (root instanceof Entries) {
        reading.problem(root.mark(), "`" + key + "` is missing");
      }
      return Optional.empty();
    }
    return reading.word(given.value(), "`" + key + "`").map(word -> checked(given, word));
  }

  private String checked(Entry given, String word) {
    List<String> datasets = tables.datasets();
    boolean known =
        !given.key().equals("dataset")
            || datasets.isEmpty()
            || datasets.stream().anyMatch(word::equalsIgnoreCase);
    if (!known) {
      reading.problem(
          given.value().mark(),
          "there is no dataset " + Reading.shown(word) + Spelling.suggestion(word, datasets));
    }
    return word;
  }

  private String dataset(String word) {
    return tables.datasets().stream().filter(word::equalsIgnoreCase).findFirst().orElse(word);
  }

  private Optional<List<Rule>> rules(Map<String, Entry> sections, String name) {
    return section(sections, name)
        .map(node -> new RuleGrammar(reading, tables, templates).rules(node, "`" + name + "`"));
  }

  private void templates(YamlNode node) {
    Set<TableName> published = new HashSet<>(units.keySet());
    published.addAll(publicTables);
    templates.putAll(new TemplateGrammar(reading, binder, published, columns).templates(node));
  }

  private void units(YamlNode node) {
    for (Entry kind : reading.entries(node, "`units`")) {
      Map<String, Entry> fields =
          reading.fields(kind.value(), Reading.shown(kind.key()), List.of("tables"));
      Entry members = fields.get("tables");
      if (members == null) {
        if (kind.value() instanceof Entries) {
          reading.problem(
              kind.mark(), "the unit " + Reading.shown(kind.key()) + " needs its `tables`");
        }
      } else if (kind.key().equals(PrivacyUnit.ROW)) {
        for (YamlNode item : reading.items(members.value(), "`tables` of `row`")) {
          reading
              .word(item, "each of `tables`")
              .flatMap(word -> tables.table(item.mark(), word))
              .ifPresent(
                  table ->
                      protect(item.mark(), table, new PrivacyUnit(PrivacyUnit.ROW, List.of())));
        }
      } else {
        keyedTables(kind, members);
      }
    }
  }

  private void keyedTables(Entry kind, Entry members) {
    if (kind.key().isBlank()) {
      reading.problem(kind.mark(), "a unit needs a name, such as `patient`");
      return;
    }
    for (Entry member : reading.entries(members.value(), "`tables`")) {
      Optional<TableShape> table = tables.table(member.mark(), member.key());
      if (table.isPresent()) {
        named.add(table.get().name());
        if (member.value() instanceof Entries) {
          path(kind.key(), table.get(), member);
          continue;
        }
        List<String> key = key(table.get(), member.value());
        if (!key.isEmpty()) {
          protect(member.mark(), table.get(), new PrivacyUnit(kind.key(), key));
        }
      }
    }
  }

  /** {@code { key: order_id, through: orders.id }}. */
  private void path(String kind, TableShape table, Entry member) {
    Map<String, Entry> fields = reading.fields(member.value(), "a unit", List.of("key", "through"));
    Entry key = fields.get("key");
    Entry through = fields.get("through");
    if (key == null || through == null) {
      reading.problem(
          member.value().mark(),
          "a unit that is found through another table needs `key`, the column that leads there, and"
              + " `through`, the column that it leads to");
      return;
    }
    Optional<SourceTables.Found> from =
        reading
            .word(key.value(), "`key`")
            .flatMap(word -> tables.column(key.value().mark(), table, word));
    Optional<SourceTables.Found> to =
        reading
            .word(through.value(), "`through`")
            .flatMap(word -> tables.qualified(through.value().mark(), word));
    if (from.isEmpty() || to.isEmpty()) {
      return;
    }
    if (!from.get().type().equals(to.get().type())) {
      reading.problem(
          through.value().mark(),
          "`key` and `through` are columns of two types, "
              + from.get().type()
              + " and "
              + to.get().type());
    }
    protect(
        member.mark(),
        table,
        new PrivacyUnit(kind, List.of(from.get().name().column()), Optional.of(to.get().name())));
    paths.add(new Path(through.value().mark(), table.name()));
  }

  private void ends(Path path) {
    if (!Policy.leadsToUnit(path.table(), units)) {
      reading.problem(
          path.mark(),
          "the way of `"
              + path.table().table()
              + "` does not lead to a table that names units of the same kind");
    }
  }

  /** One column, or a list of columns; empty if there was a problem. */
  private List<String> key(TableShape table, YamlNode node) {
    List<YamlNode> parts = List.of(node);
    if (node instanceof Items) {
      parts = reading.items(node, "a unit's key");
    }
    Set<String> key = new LinkedHashSet<>();
    for (YamlNode part : parts) {
      reading
          .word(part, "a unit's key")
          .flatMap(word -> tables.column(part.mark(), table, word))
          .map(found -> found.name().column())
          .filter(column -> !key.add(column))
          .ifPresent(
              column ->
                  reading.problem(
                      part.mark(), "the key names " + Reading.shown(column) + " twice"));
    }
    return List.copyOf(key);
  }

  private void protect(Mark mark, TableShape table, PrivacyUnit unit) {
    named.add(table.name());
    if (units.putIfAbsent(table.name(), unit) != null) {
      reading.problem(
          mark, "the table `" + table.name().table() + "` has a unit already; name one of them");
    }
  }

  private void publicTables(YamlNode node) {
    for (Entry entry : reading.entries(node, "`tables`")) {
      reading.choice(entry.value(), "what is said of a table", List.of("public"));
      Optional<TableName> table = tables.table(entry.mark(), entry.key()).map(TableShape::name);
      if (table.isEmpty()) {
        continue;
      }
      named.add(table.get());
      if (units.containsKey(table.get())) {
        reading.problem(
            entry.mark(),
            "the table `"
                + table.get().table()
                + "` is protected under `units` and public here; choose one");
      } else if (!publicTables.add(table.get())) {
        reading.problem(entry.mark(), "the table `" + table.get().table() + "` is named twice");
      }
    }
  }

  private void columns(YamlNode node) {
    for (Entry entry : reading.entries(node, "`columns`")) {
      Optional<SourceTables.Found> found = tables.qualified(entry.mark(), entry.key());
      Optional<ColumnRight> right = right(found, entry.value());
      if (found.isEmpty()) {
        continue;
      }
      ColumnName column = found.get().name();
      if (!named.contains(column.table())) {
        reading.problem(
            entry.mark(),
            "the table `"
                + column.table().table()
                + "` is not published; name it under `units` or `tables`, or leave the column out");
      }
      if (right.isPresent() && columns.putIfAbsent(column, right.get()) != null) {
        reading.problem(
            entry.mark(),
            "the column `" + column.table().table() + "." + column.column() + "` is named twice");
      }
    }
  }

  private Optional<ColumnRight> right(Optional<SourceTables.Found> column, YamlNode node) {
    if (!(node instanceof Entries)) {
      return reading
          .choice(
              node, "what is said of a column, unless it is a mapping,", List.of("hidden", "wiped"))
          .map(word -> word.equals("hidden") ? new ColumnRight.Hidden() : new ColumnRight.Wiped());
    }
    Map<String, Entry> fields = reading.fields(node, "a column", List.of("allow", "bounds"));
    if (((Entries) node).entries().isEmpty()) {
      reading.problem(node.mark(), "a column needs `allow` or `bounds`");
    }
    Entry allow = fields.get("allow");
    Entry bounds = fields.get("bounds");
    Set<Policy.Use> uses = allow == null ? Set.of(Policy.Use.values()) : uses(allow.value());
    return Optional.of(
        new ColumnRight.Allowed(
            uses,
            Optional.ofNullable(bounds)
                .flatMap(given -> NumericColumn.bounds(reading, column, given.value()))));
  }

  private Set<Policy.Use> uses(YamlNode node) {
    Set<Policy.Use> uses = new LinkedHashSet<>();
    if (node instanceof Items list && list.items().isEmpty()) {
      return uses;
    }
    List<String> words = new ArrayList<>();
    for (Policy.Use use : Policy.Use.values()) {
      words.add(use.name().toLowerCase(Locale.ROOT));
    }
    for (YamlNode item : reading.items(node, "`allow`")) {
      reading
          .choice(item, "each of `allow`", words)
          .map(word -> Policy.Use.valueOf(word.toUpperCase(Locale.ROOT)))
          .filter(use -> !uses.add(use))
          .ifPresent(use -> reading.problem(item.mark(), Reading.given(item) + " is named twice"));
    }
    return uses;
  }

  private Policy.Limits limits(YamlNode node) {
    Map<String, Entry> fields =
        reading.fields(node, "`limits`", List.of("queries", "running", "result_rows"));
    Optional<Policy.QueryRate> queries =
        section(fields, "queries").flatMap(given -> reading.rate(given, "`queries`"));
    OptionalLong running =
        section(fields, "running")
            .map(given -> reading.whole(given, "`running`", 1, 10_000))
            .orElse(OptionalLong.empty());
    OptionalLong rows =
        section(fields, "result_rows")
            .map(given -> reading.whole(given, "`result_rows`", 1, Policy.MOST_ROWS))
            .orElse(OptionalLong.empty());
    return new Policy.Limits(
        queries,
        running.isPresent() ? OptionalInt.of((int) running.getAsLong()) : OptionalInt.empty(),
        rows);
  }

  private Policy.Approvals approvals(YamlNode node) {
    Map<String, Entry> fields =
        reading.fields(node, "`approvals`", List.of("uses", "expire_after"));
    Policy.Approvals usual = Policy.Approvals.DEFAULT;
    long uses =
        section(fields, "uses")
            .map(given -> reading.whole(given, "`uses`", 1, Policy.Approvals.MOST_USES))
            .orElse(OptionalLong.empty())
            .orElse(usual.uses());
    return new Policy.Approvals(
        (int) uses,
        section(fields, "expire_after")
            .flatMap(given -> reading.duration(given, "`expire_after`"))
            .orElse(usual.expireAfter()));
  }
}
