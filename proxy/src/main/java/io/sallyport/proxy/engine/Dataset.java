package io.sallyport.proxy.engine;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/** One owner's sources under the name that SQL knows as a schema. */
public record Dataset(String name, List<Source> sources) {
  private static final Set<String> TAKEN =
      Set.of("main", "memory", "temp", "system", "information_schema", "pg_catalog");

  public Dataset {
    if (name.isBlank() || TAKEN.contains(name.toLowerCase(Locale.ROOT)) || name.startsWith("$")) {
      throw new IllegalArgumentException(
          "a dataset cannot be called `" + name + "`; choose a name that the engine does not use");
    }
    sources = List.copyOf(sources);
  }
}
