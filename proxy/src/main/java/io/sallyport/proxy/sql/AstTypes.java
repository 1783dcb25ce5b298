package io.sallyport.proxy.sql;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Prints the type in a cast of DuckDB's syntax tree back as a name; nested types are spelt out. */
final class AstTypes {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_ ]*");

  private static final Pattern SIZE = Pattern.compile("\\[(\\d+)\\]");
  private static final long MOST_ELEMENTS = 10_000;

  private AstTypes() {}

  static String name(JsonNode type) {
    Ast.only(type, "a type", "type_name", "qualified_name", "children", "alias");
    String name = Ast.text(type, "type_name");
    if (type.path("qualified_name").path("path").size() > 1 || !NAME.matcher(name).matches()) {
      throw Ast.unsupported("the type " + name);
    }
    List<String> children = new ArrayList<>();
    for (JsonNode child : type.path("children")) {
      children.add(child(child, name));
    }
    if (name.equalsIgnoreCase("LIST") && children.size() == 1) {
      return children.get(0) + "[]";
    }
    if (name.equalsIgnoreCase("ARRAY") && children.size() == 2) {
      return array(children.get(0) + "[" + children.get(1) + "]");
    }
    return children.isEmpty() ? name : name + "(" + String.join(", ", children) + ")";
  }

  /** DuckDB makes room for each element, whether there is a value or none. */
  private static String array(String type) {
    long elements = 1;
    for (Matcher sizes = SIZE.matcher(type); sizes.find(); ) {
      elements *= Math.min(Long.parseLong(sizes.group(1)), MOST_ELEMENTS + 1);
      if (elements > MOST_ELEMENTS) {
        throw Ast.unsupported("an array of more than " + MOST_ELEMENTS + " elements");
      }
    }
    return type;
  }

  private static String child(JsonNode child, String of) {
    JsonNode inner = child.has("expression") ? child.path("expression") : child;
    String alias = Ast.text(inner, "alias");
    String field = alias.isEmpty() ? "" : CallSyntax.identifier(alias) + " ";
    if (Ast.text(inner, "class").equals("TYPE")) {
      return field + name(inner);
    }
    JsonNode literal = inner.path("literal");
    return switch (Ast.text(literal, "kind")) {
      case "INTEGER" -> Long.toString(Long.parseLong(Ast.text(literal, "text")));
      case "STRING" -> CallSyntax.text(Ast.text(literal, "text"));
      default -> throw Ast.unsupported("the type " + of);
    };
  }
}
