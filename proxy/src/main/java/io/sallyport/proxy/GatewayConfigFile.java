package io.sallyport.proxy;

import io.sallyport.policy.plan.TableName;
import io.sallyport.proxy.GatewayConfig.DatasetConfig;
import io.sallyport.proxy.GatewayConfig.Limits;
import io.sallyport.proxy.GatewayConfig.Listen;
import io.sallyport.proxy.GatewayConfig.Tls;
import io.sallyport.proxy.engine.Dataset;
import io.sallyport.proxy.engine.EngineSettings;
import io.sallyport.proxy.engine.Source;
import io.sallyport.proxy.state.User;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads {@link GatewayConfig} from YAML; it opens no file that the configuration names. */
final class GatewayConfigFile {
  private static final int HTTP_PORT = 8765;
  private static final int FLIGHT_PORT = 31337;
  private static final long GIB = 1L << 30;

  private GatewayConfigFile() {}

  static GatewayConfig read(Path file) {
    ConfigNode root = ConfigNode.read(file);
    return root.document().result(() -> config(root));
  }

  private static Optional<GatewayConfig> config(ConfigNode root) {
    Map<String, ConfigNode> parts =
        root.section("listen", "tls", "state", "engine", "limits", "users", "datasets");
    Listen listen = part(parts, "listen", GatewayConfigFile::listen).orElse(listen(Map.of()));
    Tls tls = part(parts, "tls", GatewayConfigFile::tls).orElse(new Tls.Generated(List.of()));
    Optional<Path> state = root.required(parts, "state").flatMap(ConfigNode::path);
    Path place = state.orElse(root.directory());
    Optional<EngineSettings> engine =
        parts.containsKey("engine")
            ? part(parts, "engine", node -> engine(node, place))
            : root.make(() -> engine(Map.of(), place));
    Limits limits = part(parts, "limits", GatewayConfigFile::limits).orElse(limits(Map.of()));
    List<User> users = list(root, parts, "users", GatewayConfigFile::user, User::name);
    List<DatasetConfig> datasets =
        list(root, parts, "datasets", GatewayConfigFile::dataset, d -> d.dataset().name());
    return engine.flatMap(
        settings ->
            parts
                .getOrDefault("listen", root)
                .make(
                    () ->
                        new GatewayConfig(listen, tls, place, settings, limits, users, datasets)));
  }

  private static <T> Optional<T> part(
      Map<String, ConfigNode> parts, String key, Function<ConfigNode, Optional<T>> read) {
    return Optional.ofNullable(parts.get(key)).flatMap(read);
  }

  /** A list with at least one item and no name twice, however it is spelt. */
  private static <T> List<T> list(
      ConfigNode root,
      Map<String, ConfigNode> parts,
      String key,
      Function<ConfigNode, Optional<T>> read,
      Function<T, String> name) {
    List<T> values = new ArrayList<>();
    Optional<ConfigNode> list = root.required(parts, key);
    if (list.isEmpty()) {
      return values;
    }
    Set<String> names = new HashSet<>();
    List<ConfigNode> items = list.get().items();
    for (ConfigNode item : items) {
      read.apply(item)
          .ifPresent(
              value -> {
                values.add(value);
                if (!names.add(name.apply(value).toLowerCase(Locale.ROOT))) {
                  item.problem(
                      "`" + name.apply(value) + "` is named twice in `" + key + "`; keep one");
                }
              });
    }
    if (items.isEmpty() && list.get().isList()) {
      list.get().problem("`" + key + "` names at least one");
    }
    return values;
  }

  private static Optional<Listen> listen(ConfigNode node) {
    return Optional.of(listen(node.section("host", "http", "flight")));
  }

  private static Listen listen(Map<String, ConfigNode> parts) {
    return new Listen(
        part(parts, "host", ConfigNode::text).orElse("127.0.0.1"),
        port(parts, "http", HTTP_PORT),
        port(parts, "flight", FLIGHT_PORT));
  }

  private static int port(Map<String, ConfigNode> parts, String key, int usual) {
    ConfigNode node = parts.get(key);
    return node == null ? usual : node.integer(0, 65_535).orElse(usual);
  }

  private static Optional<Tls> tls(ConfigNode node) {
    Map<String, ConfigNode> parts = node.section("mode", "certificate", "key", "names");
    String mode = node.required(parts, "mode").flatMap(ConfigNode::text).orElse("generated");
    Set<String> others = new HashSet<>(parts.keySet());
    others.remove("mode");
    return switch (mode) {
      case "generated" -> {
        only(node, mode, others, Set.of("names"));
        yield Optional.of(new Tls.Generated(part(parts, "names", texts()).orElse(List.of())));
      }
      case "files" -> {
        only(node, mode, others, Set.of("certificate", "key"));
        Optional<Path> certificate =
            node.required(parts, "certificate").flatMap(ConfigNode::existingFile);
        Optional<Path> key = node.required(parts, "key").flatMap(ConfigNode::existingFile);
        yield certificate.flatMap(chain -> key.map(secret -> new Tls.Files(chain, secret)));
      }
      case "off" -> {
        only(node, mode, others, Set.of());
        yield Optional.of(new Tls.Off());
      }
      default -> {
        node.problem("`tls.mode` is `generated`, `files` or `off`. Given: `" + mode + "`");
        yield Optional.empty();
      }
    };
  }

  private static void only(ConfigNode node, String mode, Set<String> given, Set<String> allowed) {
    given.stream()
        .filter(key -> !allowed.contains(key))
        .sorted()
        .forEach(key -> node.problem("`tls.mode: " + mode + "` has no `" + key + "`"));
  }

  private static Function<ConfigNode, Optional<List<String>>> texts() {
    return node -> Optional.of(node.texts());
  }

  private static Optional<EngineSettings> engine(ConfigNode node, Path state) {
    Map<String, ConfigNode> parts = node.section("memory", "threads", "spill", "spill_limit");
    return node.make(() -> engine(parts, state));
  }

  private static EngineSettings engine(Map<String, ConfigNode> parts, Path state) {
    ConfigNode threads = parts.get("threads");
    int processors = Runtime.getRuntime().availableProcessors();
    return new EngineSettings(
        size(parts, "memory", 2 * GIB),
        threads == null ? processors : threads.integer(1, 1024).orElse(processors),
        part(parts, "spill", ConfigNode::path).orElse(state.resolve("spill")),
        size(parts, "spill_limit", 10 * GIB));
  }

  private static Optional<Limits> limits(ConfigNode node) {
    return Optional.of(limits(node.section("statement_timeout", "statement_size")));
  }

  private static Limits limits(Map<String, ConfigNode> parts) {
    return new Limits(
        part(parts, "statement_timeout", ConfigNode::duration).orElse(Duration.ofMinutes(10)),
        size(parts, "statement_size", 1L << 20));
  }

  private static long size(Map<String, ConfigNode> parts, String key, long usual) {
    ConfigNode node = parts.get(key);
    return node == null ? usual : node.size().orElse(usual);
  }

  private static Optional<User> user(ConfigNode node) {
    Map<String, ConfigNode> parts = node.section("name", "roles", "password_hash", "tokens");
    Optional<String> name = node.required(parts, "name").flatMap(ConfigNode::text);
    List<String> roles = node.required(parts, "roles").map(ConfigNode::texts).orElse(List.of());
    Optional<String> hash = part(parts, "password_hash", GatewayConfigFile::secret);
    List<String> tokens =
        part(parts, "tokens", list -> Optional.of(secrets(list))).orElse(List.of());
    if (!parts.containsKey("password_hash") && !parts.containsKey("tokens")) {
      node.problem("a user has a `password_hash` or `tokens`");
    }
    return name.flatMap(n -> node.make(() -> new User(n, Set.copyOf(roles), hash, tokens)));
  }

  private static List<String> secrets(ConfigNode list) {
    return list.items().stream().flatMap(item -> secret(item).stream()).toList();
  }

  /** A hash as it is, or {@code {file: path}}, or {@code {env: NAME}}. */
  private static Optional<String> secret(ConfigNode node) {
    if (!node.isSection()) {
      return node.text();
    }
    Map<String, ConfigNode> parts = node.section("file", "env");
    if (parts.size() != 1) {
      node.problem("a secret comes from one place: `file` or `env`");
      return Optional.empty();
    }
    return parts.containsKey("file")
        ? part(parts, "file", ConfigNode::existingFile).flatMap(file -> firstLine(node, file))
        : part(parts, "env", ConfigNode::text).flatMap(name -> variable(node, name));
  }

  private static Optional<String> firstLine(ConfigNode node, Path file) {
    try {
      return Optional.of(Files.readString(file).strip());
    } catch (IOException e) {
      node.problem("the file `" + file + "` cannot be read");
      return Optional.empty();
    }
  }

  private static Optional<String> variable(ConfigNode node, String name) {
    @Nullable String value = System.getenv(name);
    if (value == null) {
      node.problem("the environment has no `" + name + "`");
    }
    return Optional.ofNullable(value);
  }

  private static Optional<DatasetConfig> dataset(ConfigNode node) {
    Map<String, ConfigNode> parts = node.section("name", "policy", "visible_to", "sources");
    Optional<String> name = node.required(parts, "name").flatMap(ConfigNode::text);
    Optional<Path> policy = node.required(parts, "policy").flatMap(ConfigNode::existingFile);
    Optional<Audience> audience =
        parts.containsKey("visible_to")
            ? part(parts, "visible_to", GatewayConfigFile::audience)
            : Optional.of(Audience.EVERYONE);
    Map<TableName, List<List<String>>> keys = new HashMap<>();
    String schema = name.orElse("");
    List<Source> sources =
        node.required(parts, "sources").map(ConfigNode::items).orElse(List.of()).stream()
            .flatMap(item -> source(item, (t, k) -> keys.put(new TableName(schema, t), k)).stream())
            .toList();
    return name.flatMap(n -> node.make(() -> new Dataset(n, sources)))
        .flatMap(
            dataset ->
                policy.flatMap(
                    file -> audience.map(who -> new DatasetConfig(dataset, file, who, keys))));
  }

  private static Optional<Audience> audience(ConfigNode node) {
    Map<String, ConfigNode> parts = node.section("users", "roles");
    if (parts.isEmpty()) {
      // An empty section would read as nobody and mean everyone.
      node.problem("`visible_to` names `users` or `roles`; leave it out for everyone");
      return Optional.empty();
    }
    return Optional.of(
        new Audience(
            part(parts, "users", texts()).map(Set::copyOf),
            part(parts, "roles", texts()).map(Set::copyOf)));
  }

  private static Optional<Source> source(
      ConfigNode node, BiConsumer<String, List<List<String>>> keys) {
    Map<String, ConfigNode> parts = node.section("parquet", "csv", "duckdb");
    if (parts.size() != 1) {
      node.problem("a source is one of `parquet`, `csv` and `duckdb`");
      return Optional.empty();
    }
    Map.Entry<String, ConfigNode> part = parts.entrySet().iterator().next();
    return switch (part.getKey()) {
      case "parquet" -> files(part.getValue(), keys, Source.Parquet::new);
      case "csv" -> files(part.getValue(), keys, Source.Csv::new);
      case "duckdb" -> duckDb(part.getValue(), keys);
      default -> Optional.empty();
    };
  }

  private static Optional<Source> files(
      ConfigNode node,
      BiConsumer<String, List<List<String>>> keys,
      BiFunction<String, List<Path>, Source> maker) {
    Map<String, ConfigNode> parts = node.section("table", "files", "key");
    Optional<String> table = node.required(parts, "table").flatMap(ConfigNode::text);
    List<ConfigNode> named = node.required(parts, "files").map(ConfigNode::items).orElse(List.of());
    List<Path> files = named.stream().flatMap(item -> item.existingFile().stream()).toList();
    table.ifPresent(name -> part(parts, "key", keys()).ifPresent(key -> keys.accept(name, key)));
    return files.size() == named.size() && parts.containsKey("files")
        ? table.flatMap(name -> node.make(() -> maker.apply(name, files)))
        : Optional.empty();
  }

  private static Optional<Source> duckDb(
      ConfigNode node, BiConsumer<String, List<List<String>>> keys) {
    Map<String, ConfigNode> parts = node.section("file", "keys");
    part(parts, "keys", list -> Optional.of(list.entries()))
        .ifPresent(
            tables ->
                tables.forEach(
                    (table, key) -> keys().apply(key).ifPresent(k -> keys.accept(table, k))));
    return node.required(parts, "file")
        .flatMap(ConfigNode::existingFile)
        .map(Source.DuckDbFile::new);
  }

  /** One key as {@code [a, b]}, or several as {@code [[a, b], [c]]}. */
  private static Function<ConfigNode, Optional<List<List<String>>>> keys() {
    return node -> {
      List<ConfigNode> items = node.items();
      if (items.isEmpty()) {
        node.problem("a key names at least one column");
        return Optional.empty();
      }
      return Optional.of(
          items.get(0).isList()
              ? items.stream().map(ConfigNode::texts).toList()
              : List.of(node.texts()));
    };
  }
}
