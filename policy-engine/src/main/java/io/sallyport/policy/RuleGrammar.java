package io.sallyport.policy;

import io.sallyport.policy.AggregateOnly.Dominance;
import io.sallyport.policy.AggregateOnly.SmallGroups;
import io.sallyport.policy.YamlNode.Entries;
import io.sallyport.policy.YamlNode.Entry;
import io.sallyport.policy.YamlNode.Mark;
import io.sallyport.policy.YamlNode.Nothing;
import io.sallyport.policy.YamlNode.Text;
import io.sallyport.policy.plan.AggregateList;
import io.sallyport.policy.plan.TableName;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the rules of a policy file.
 *
 * <pre>
 * - aggregate_only: { min_group_size: 10 }
 * - any_of: [ role_in: [doctor], max_rows: 100 ]
 * </pre>
 *
 * <p>A rule that has a problem is empty; the problem is in the {@link Reading}.
 */
final class RuleGrammar {
  static final int LARGEST_GROUP = 1_000_000;

  static final List<String> RULES =
      List.of(
          "aggregate_only",
          "user_in",
          "role_in",
          "purpose_in",
          "between",
          "max_rows",
          "tables_in",
          "templates",
          "always",
          "never",
          "custom",
          "all_of",
          "any_of",
          "at_least",
          "not");
  private static final List<String> DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");
  private static final Pattern DAILY =
      Pattern.compile("([0-2][0-9]:[0-5][0-9])-([0-2][0-9]:[0-5][0-9])");

  private final Reading reading;
  private final SourceTables tables;
  private final Map<String, Optional<Template>> templates;

  /**
   * @param templates that the policy publishes; empty ones have problems
   */
  RuleGrammar(Reading reading, SourceTables tables, Map<String, Optional<Template>> templates) {
    this.reading = reading;
    this.tables = tables;
    this.templates = templates;
  }

  /** A list of rules; empty only if there was a problem. */
  List<Rule> rules(YamlNode node, String what) {
    List<Rule> rules = new ArrayList<>();
    for (YamlNode item : reading.items(node, what)) {
      rule(item).ifPresent(rules::add);
    }
    return rules;
  }

  private Optional<Rule> rule(YamlNode node) {
    if (node instanceof Text text) {
      return rule(text.mark(), text.value(), new Nothing(text.mark()));
    }
    if (node instanceof Entries mapping && mapping.entries().size() == 1) {
      Entry only = mapping.entries().get(0);
      return rule(only.mark(), only.key(), only.value());
    }
    reading.problem(
        node.mark(),
        "a rule is one name with its value, such as `- max_rows: 100`. Given: "
            + (node instanceof Entries ? "several keys" : Reading.given(node)));
    return Optional.empty();
  }

  private Optional<Rule> rule(Mark mark, String name, YamlNode value) {
    return switch (name) {
      case "aggregate_only" -> aggregateOnly(value);
      case "user_in" -> names(value, name).map(Rule.UserIn::new);
      case "role_in" -> names(value, name).map(Rule.RoleIn::new);
      case "purpose_in" -> names(value, name).map(Rule.PurposeIn::new);
      case "between" -> between(value);
      case "max_rows" -> maxRows(value);
      case "tables_in" -> tablesIn(value);
      case "templates" -> templates(value);
      case "always" -> {
        reading.nothing(value, "`always`");
        yield Optional.of(new Rule.Always());
      }
      case "never" -> {
        reading.nothing(value, "`never`");
        yield Optional.of(new Rule.Never());
      }
      case "custom" -> custom(value);
      case "all_of" -> combined(value, name).map(Combination::allOf);
      case "any_of" -> combined(value, name).map(Combination::anyOf);
      case "at_least" -> atLeast(mark, value);
      case "not" -> rule(value).map(Rule.Not::new);
      default -> {
        reading.problem(
            mark, "unknown rule " + Reading.shown(name) + Spelling.suggestion(name, RULES));
        yield Optional.empty();
      }
    };
  }

  private Optional<Rule> aggregateOnly(YamlNode node) {
    if (node instanceof Nothing) {
      return Optional.of(AggregateOnly.DEFAULT);
    }
    Map<String, Entry> fields =
        reading.fields(
            node,
            "`aggregate_only`",
            List.of("min_group_size", "small_groups", "functions", "dominance", "round_to"));
    int size = AggregateOnly.DEFAULT.minGroupSize();
    Set<String> functions = Set.of();
    Optional<Dominance> dominance = AggregateOnly.DEFAULT.dominance();
    int roundTo = AggregateOnly.DEFAULT.roundTo();
    SmallGroups smallGroups = AggregateOnly.DEFAULT.smallGroups();
    for (Entry field : fields.values()) {
      switch (field.key()) {
        case "min_group_size" -> {
          OptionalLong given = reading.whole(field.value(), "`min_group_size`", 2, LARGEST_GROUP);
          size = (int) given.orElse(size);
        }
        case "functions" -> functions = functions(field.value());
        case "small_groups" -> smallGroups = smallGroups(field.value());
        case "dominance" -> dominance = dominance(field.value());
        default -> {
          OptionalLong given =
              reading.whole(field.value(), "`round_to`", 2, AggregateOnly.COARSEST);
          roundTo = (int) given.orElse(roundTo);
        }
      }
    }
    return Optional.of(new AggregateOnly(size, functions, dominance, roundTo, smallGroups));
  }

  private Optional<Dominance> dominance(YamlNode node) {
    if (node instanceof Text off && off.value().equals("off")) {
      return Optional.empty();
    }
    if (!(node instanceof Entries)) {
      reading.problem(
          node.mark(),
          "`dominance` is `off`, or says `units` and `share`. Given: " + Reading.given(node));
      return Optional.empty();
    }
    Map<String, Entry> fields = reading.fields(node, "`dominance`", List.of("units", "share"));
    int units = Dominance.DEFAULT.units();
    BigDecimal share = Dominance.DEFAULT.share();
    for (Entry field : fields.values()) {
      if (field.key().equals("units")) {
        units =
            (int) reading.whole(field.value(), "`units`", 1, Dominance.MOST_UNITS).orElse(units);
      } else {
        share = reading.share(field.value(), "`share`").orElse(share);
      }
    }
    return Optional.of(new Dominance(units, share));
  }

  private SmallGroups smallGroups(YamlNode node) {
    return reading
        .choice(node, "`small_groups`", List.of("leave_out", "merge", "ask"))
        .map(word -> SmallGroups.valueOf(word.toUpperCase(Locale.ROOT)))
        .orElse(SmallGroups.LEAVE_OUT);
  }

  private Set<String> functions(YamlNode node) {
    Set<String> functions = new LinkedHashSet<>();
    List<String> named =
        AggregateList.STANDARD.names().stream()
            .filter(name -> release(name).equals(Optional.of(AggregateList.Release.NAMED)))
            .toList();
    for (YamlNode item : reading.items(node, "`functions`")) {
      Optional<String> word = reading.word(item, "each of `functions`");
      if (word.isEmpty()) {
        continue;
      }
      String name = word.get().toLowerCase(Locale.ROOT);
      Optional<AggregateList.Release> release = release(name);
      if (named.contains(name)) {
        functions.add(name);
      } else if (release.equals(Optional.of(AggregateList.Release.AUTOMATIC))) {
        reading.problem(item.mark(), "`" + name + "` needs no naming; leave it out");
      } else if (release.isPresent()) {
        reading.problem(
            item.mark(), "`" + name + "` shows rows of people and can never be released");
      } else {
        reading.problem(
            item.mark(),
            "unknown function "
                + Reading.shown(word.get())
                + Spelling.suggestion(word.get(), named));
      }
    }
    return functions;
  }

  private static Optional<AggregateList.Release> release(String function) {
    return AggregateList.STANDARD.find(function).map(AggregateList.Entry::release);
  }

  private Optional<Set<String>> names(YamlNode node, String rule) {
    return Optional.of(reading.words(node, "`" + rule + "`")).filter(words -> !words.isEmpty());
  }

  private Optional<Rule> maxRows(YamlNode node) {
    OptionalLong most = reading.whole(node, "`max_rows`", 1, Policy.MOST_ROWS);
    return most.isPresent() ? Optional.of(new Rule.MaxRows(most.getAsLong())) : Optional.empty();
  }

  private Optional<Rule> tablesIn(YamlNode node) {
    Set<TableName> found = new LinkedHashSet<>();
    for (YamlNode item : reading.items(node, "`tables_in`")) {
      reading
          .word(item, "each of `tables_in`")
          .flatMap(word -> tables.table(item.mark(), word))
          .ifPresent(table -> found.add(table.name()));
    }
    return found.isEmpty() ? Optional.empty() : Optional.of(new Rule.TablesIn(found));
  }

  private Optional<Rule> templates(YamlNode node) {
    List<Template> found = new ArrayList<>();
    for (YamlNode item : reading.items(node, "`templates`")) {
      Optional<String> name = reading.word(item, "each of `templates`");
      if (name.isEmpty()) {
        continue;
      }
      Optional<Template> template = templates.get(name.get());
      if (template == null) {
        reading.problem(
            item.mark(),
            "the policy publishes no template "
                + Reading.shown(name.get())
                + Spelling.suggestion(name.get(), templates.keySet()));
      } else {
        template.ifPresent(found::add);
      }
    }
    return found.isEmpty() ? Optional.empty() : Optional.of(new Templates(found));
  }

  private Optional<List<Rule>> combined(YamlNode node, String rule) {
    return Optional.of(rules(node, "`" + rule + "`")).filter(rules -> !rules.isEmpty());
  }

  private Optional<Rule> atLeast(Mark mark, YamlNode node) {
    Map<String, Entry> fields = reading.fields(node, "`at_least`", List.of("n", "of"));
    Entry n = fields.get("n");
    Entry of = fields.get("of");
    if (n == null || of == null) {
      if (node instanceof Entries) {
        reading.problem(mark, "`at_least` needs a number and rules, such as `{ n: 2, of: [...] }`");
      }
      return Optional.empty();
    }
    List<Rule> rules = rules(of.value(), "`of`");
    int given = of.value() instanceof YamlNode.Items list ? list.items().size() : 0;
    OptionalLong least =
        given == 0 ? OptionalLong.empty() : reading.whole(n.value(), "`n`", 1, given);
    if (least.isEmpty() || rules.size() != given) {
      return Optional.empty();
    }
    return Optional.of(Combination.atLeast((int) least.getAsLong(), rules));
  }

  private Optional<Rule> between(YamlNode node) {
    Map<String, Entry> fields =
        reading.fields(node, "`between`", List.of("from", "until", "daily", "zone", "days"));
    Optional<Instant> from = Optional.ofNullable(fields.get("from")).flatMap(this::instant);
    Optional<Instant> until = Optional.ofNullable(fields.get("until")).flatMap(this::instant);
    Optional<Between.Daily> daily = Optional.empty();
    Entry window = fields.get("daily");
    if (window != null) {
      daily = daily(window, fields);
    } else {
      for (String key : List.of("zone", "days")) {
        Entry alone = fields.get(key);
        if (alone != null) {
          reading.problem(alone.mark(), "`" + key + "` belongs to `daily`, which is missing");
        }
      }
    }
    if (from.isPresent() && until.isPresent() && !from.get().isBefore(until.get())) {
      reading.problem(fields.values().iterator().next().mark(), "`from` lies before `until`");
      return Optional.empty();
    }
    if (node instanceof Entries given && given.entries().isEmpty()) {
      reading.problem(node.mark(), "`between` needs `from`, `until` or `daily`");
    }
    return from.isPresent() || until.isPresent() || daily.isPresent()
        ? Optional.of(new Between(from, until, daily))
        : Optional.empty();
  }

  private Optional<Instant> instant(Entry field) {
    if (field.value() instanceof Text text) {
      try {
        return Optional.of(OffsetDateTime.parse(text.value()).toInstant());
      } catch (DateTimeException e) {
        // Noted below, with what would be right.
      }
    }
    reading.problem(
        field.value().mark(),
        "`"
            + field.key()
            + "` is a moment with its offset, such as `2026-01-01T00:00:00Z`. Given: "
            + Reading.given(field.value()));
    return Optional.empty();
  }

  private Optional<Between.Daily> daily(Entry window, Map<String, Entry> fields) {
    Optional<LocalTime[]> times = times(window.value());
    Optional<ZoneId> zone = Optional.ofNullable(fields.get("zone")).flatMap(this::zone);
    if (!fields.containsKey("zone")) {
      reading.problem(window.mark(), "`daily` needs a `zone`, such as `Europe/Berlin`");
    }
    Set<DayOfWeek> days = EnumSet.allOf(DayOfWeek.class);
    Entry named = fields.get("days");
    if (named != null) {
      days = EnumSet.noneOf(DayOfWeek.class);
      for (YamlNode item : reading.items(named.value(), "`days`")) {
        Optional<String> day = reading.choice(item, "each of `days`", DAYS);
        if (day.isPresent()) {
          days.add(DayOfWeek.of(DAYS.indexOf(day.get()) + 1));
        }
      }
    }
    if (times.isEmpty() || zone.isEmpty() || days.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new Between.Daily(times.get()[0], times.get()[1], zone.get(), days));
  }

  private Optional<LocalTime[]> times(YamlNode node) {
    if (node instanceof Text text) {
      Matcher window = DAILY.matcher(text.value());
      try {
        if (window.matches() && !window.group(1).equals(window.group(2))) {
          return Optional.of(
              new LocalTime[] {LocalTime.parse(window.group(1)), LocalTime.parse(window.group(2))});
        }
      } catch (DateTimeException e) {
        // Such as 25:00; noted below.
      }
    }
    reading.problem(
        node.mark(),
        "`daily` is a window such as `08:00-18:00` or `22:00-06:00`. Given: "
            + Reading.given(node));
    return Optional.empty();
  }

  private Optional<ZoneId> zone(Entry field) {
    if (field.value() instanceof Text text && ZoneId.getAvailableZoneIds().contains(text.value())) {
      return Optional.of(ZoneId.of(text.value()));
    }
    reading.problem(
        field.value().mark(),
        "`zone` is a time zone such as `Europe/Berlin` or `UTC`. Given: "
            + Reading.given(field.value()));
    return Optional.empty();
  }

  private Optional<Rule> custom(YamlNode node) {
    if (node instanceof Text text) {
      return custom(text.mark(), text.value(), Map.of());
    }
    Map<String, Entry> fields = reading.fields(node, "`custom`", List.of("name", "settings"));
    Map<String, String> settings = new LinkedHashMap<>();
    Entry given = fields.get("settings");
    if (given != null) {
      for (Entry setting : reading.entries(given.value(), "`settings`")) {
        if (setting.value() instanceof Text text) {
          settings.put(setting.key(), text.value());
        } else {
          reading.problem(
              setting.value().mark(),
              "a setting is a text or a number. Given: " + Reading.given(setting.value()));
        }
      }
    }
    Entry name = fields.get("name");
    if (name == null) {
      if (node instanceof Entries) {
        reading.problem(node.mark(), "`custom` needs the `name` of a rule");
      }
      return Optional.empty();
    }
    return reading
        .word(name.value(), "`name`")
        .flatMap(word -> custom(name.value().mark(), word, settings));
  }

  private Optional<Rule> custom(Mark mark, String name, Map<String, String> settings) {
    Map<String, List<CustomRule>> installed = new LinkedHashMap<>();
    try {
      ServiceLoader.load(CustomRule.class)
          .forEach(
              rule -> installed.computeIfAbsent(rule.name(), n -> new ArrayList<>()).add(rule));
    } catch (ServiceConfigurationError | RuntimeException e) {
      reading.problem(mark, "the custom rules that are installed cannot be loaded");
      return Optional.empty();
    }
    List<CustomRule> found = installed.getOrDefault(name, List.of());
    if (found.size() != 1) {
      reading.problem(
          mark,
          found.isEmpty()
              ? "no custom rule "
                  + Reading.shown(name)
                  + " is installed"
                  + Spelling.suggestion(name, installed.keySet())
              : "several custom rules are named " + Reading.shown(name));
      return Optional.empty();
    }
    return Optional.of(new Rule.Custom(found.get(0), settings));
  }
}
