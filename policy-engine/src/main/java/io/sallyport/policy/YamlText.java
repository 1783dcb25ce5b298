package io.sallyport.policy;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import com.fasterxml.jackson.dataformat.yaml.snakeyaml.error.MarkedYAMLException;
import io.sallyport.policy.YamlNode.Entries;
import io.sallyport.policy.YamlNode.Entry;
import io.sallyport.policy.YamlNode.Items;
import io.sallyport.policy.YamlNode.Mark;
import io.sallyport.policy.YamlNode.Nothing;
import io.sallyport.policy.YamlNode.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads one YAML document into nodes with their places.
 *
 * <p>It takes plain lists, mappings and scalars only: aliases and tags are refused, so that what
 * stands in the text is all there is.
 */
final class YamlText {
  static final int LONGEST = 256 * 1024;
  private static final int DEEPEST = 40;
  private static final YAMLFactory YAML = new YAMLFactory();

  /** The text is not such a document; the message is a sentence for its author. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient Mark mark;
    private final String sentence;

    Malformed(Mark mark, String sentence) {
      super(sentence);
      this.mark = mark;
      this.sentence = sentence;
    }

    Mark mark() {
      return mark;
    }

    String sentence() {
      return sentence;
    }
  }

  private final YAMLParser parser;

  private YamlText(YAMLParser parser) {
    this.parser = parser;
  }

  static YamlNode read(String text) throws Malformed {
    if (text.length() > LONGEST) {
      throw new Malformed(
          Mark.START, "the file has more than " + LONGEST + " characters; no policy needs so many");
    }
    try (YAMLParser parser = YAML.createParser(text)) {
      YamlText yaml = new YamlText(parser);
      if (parser.nextToken() == null) {
        return new Nothing(Mark.START);
      }
      YamlNode document = yaml.node(0);
      if (parser.nextToken() != null) {
        throw new Malformed(yaml.mark(), "a policy is one document; take out what follows `---`");
      }
      return document;
    } catch (MarkedYAMLException e) {
      throw new Malformed(
          new Mark(e.getProblemMark().getLine() + 1, e.getProblemMark().getColumn() + 1),
          "this is not YAML: " + e.getProblem());
    } catch (JsonProcessingException e) {
      throw new Malformed(mark(e.getLocation()), "this is not YAML");
    } catch (IOException | RuntimeException e) {
      throw new Malformed(Mark.START, "this is not YAML");
    }
  }

  private YamlNode node(int depth) throws IOException, Malformed {
    Mark mark = mark();
    if (parser.isCurrentAlias() || parser.getObjectId() != null) {
      throw new Malformed(mark, "anchors and aliases are not taken; write it out");
    }
    if (parser.getTypeId() != null) {
      throw new Malformed(mark, "tags such as `!!str` are not taken; leave it out");
    }
    if (depth > DEEPEST) {
      throw new Malformed(mark, "this is nested more than " + DEEPEST + " deep");
    }
    JsonToken token = parser.currentToken();
    return switch (token) {
      case START_OBJECT -> new Entries(mark, entries(depth));
      case START_ARRAY -> new Items(mark, items(depth));
      case VALUE_NULL -> new Nothing(mark);
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Text(mark, parser.getText(), true);
      case VALUE_STRING, VALUE_TRUE, VALUE_FALSE -> new Text(mark, parser.getText(), false);
      case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
          throw new Malformed(mark, "a list, a mapping or a value goes here");
    };
  }

  private List<Entry> entries(int depth) throws IOException, Malformed {
    List<Entry> entries = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      Mark mark = mark();
      if (parser.getObjectId() != null) {
        throw new Malformed(mark, "anchors and aliases are not taken; write it out");
      }
      String key = parser.currentName();
      parser.nextToken();
      entries.add(new Entry(mark, key, node(depth + 1)));
    }
    return entries;
  }

  private List<YamlNode> items(int depth) throws IOException, Malformed {
    List<YamlNode> items = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      items.add(node(depth + 1));
    }
    return items;
  }

  private Mark mark() {
    return mark(parser.currentTokenLocation());
  }

  private static Mark mark(JsonLocation location) {
    return new Mark(Math.max(1, location.getLineNr()), Math.max(1, location.getColumnNr()));
  }
}
