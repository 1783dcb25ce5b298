package io.sallyport.policy;

import java.util.List;

/** A piece of a YAML text with its place in it. */
sealed interface YamlNode {
  Mark mark();

  /** A place, counting from 1. */
  record Mark(int line, int column) {
    static final Mark START = new Mark(1, 1);
  }

  /** A scalar as it is written; {@code number} if YAML reads it as one, so it is not quoted. */
  record Text(Mark mark, String value, boolean number) implements YamlNode {}

  /** Nothing, {@code ~} or {@code null}. */
  record Nothing(Mark mark) implements YamlNode {}

  record Items(Mark mark, List<YamlNode> items) implements YamlNode {
    public Items {
      items = List.copyOf(items);
    }
  }

  /** A mapping in the order of the text; a key may stand in it twice. */
  record Entries(Mark mark, List<Entry> entries) implements YamlNode {
    public Entries {
      entries = List.copyOf(entries);
    }
  }

  record Entry(Mark mark, String key, YamlNode value) {}
}
