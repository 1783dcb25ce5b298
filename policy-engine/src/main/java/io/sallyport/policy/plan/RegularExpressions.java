package io.sallyport.policy.plan;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Regular expressions of which it is plain that RE2 can read them. DuckDB reads a fixed one before
 * it sees a row, where no TRY catches the failure, unless it knows already that there is none.
 *
 * <pre>
 * ^[A-Z]{2}\d+(-x)?$       plain
 * (   a**   [z-a]          RE2 fails
 * (?P&lt;n&gt;a)   \Qa\E         not plain, though RE2 reads it
 * </pre>
 */
final class RegularExpressions {
  private static final String LETTER = "[^\\\\^$.|?*+(){}\\[\\]\\p{Cntrl}\\p{Cs}]";
  private static final String ESCAPED = "\\\\(?:[dDwWsSnrt]|(?=\\p{ASCII})\\p{Punct})";
  private static final String RANGE = "[0-9]-[0-9]|[a-z]-[a-z]|[A-Z]-[A-Z]";
  private static final String NAMED = "\\[:(?:alnum|alpha|digit|lower|upper|punct|space|word):\\]";
  private static final String MEMBER =
      "(?:" + RANGE + "|" + NAMED + "|" + ESCAPED + "|[\\p{L}\\p{N} _,;:.!?@#%&/=<>'\"$()*+|{}])";

  /** One part: an open bracket, what cannot be repeated, a closed one, or what can be. */
  private static final Pattern PART =
      Pattern.compile(
          "(?<open>\\((?:\\?:)?+(?!\\?))|(?<bare>\\(\\?[ims]\\)|[|^$]|\\\\[bB])"
              + "|(?:(?<close>\\))|\\.|"
              + ESCAPED
              + "|(?<set>\\[\\^?-?"
              + MEMBER
              + "+-?\\])|"
              + LETTER
              + ")(?:[*+?]\\??|\\{(?<least>\\d{1,2})(?:,(?<most>\\d{0,2}))?\\}\\??)?");

  private static final Pattern ORDERED = Pattern.compile("(?<from>[0-9A-Za-z])-(?<to>[0-9A-Za-z])");

  /** RE2 refuses what grows large when repetitions are written out. */
  private static final long LARGEST = 2000;

  private RegularExpressions() {}

  static boolean arePlain(String text) {
    long size = text.length();
    int depth = 0;
    int at = 0;
    Matcher part = PART.matcher(text);
    while (at < text.length()) {
      if (!part.region(at, text.length()).lookingAt()) {
        return false;
      }
      depth += part.group("open") != null ? 1 : part.group("close") != null ? -1 : 0;
      size *= repeats(part);
      if (depth < 0 || size > LARGEST || !isOrdered(part.group("set"))) {
        return false;
      }
      at = part.end();
    }
    return depth == 0 && size <= LARGEST;
  }

  /** How often a part may be written out; more than is allowed if it cannot be. */
  private static long repeats(Matcher part) {
    if (part.group("least") == null) {
      return 1;
    }
    long least = Long.parseLong(part.group("least"));
    String most = part.group("most");
    long all = most == null || most.isEmpty() ? least + 1 : Long.parseLong(most);
    return all < least ? LARGEST + 1 : Math.max(all, 1);
  }

  private static boolean isOrdered(String set) {
    Matcher range = ORDERED.matcher(set == null ? "" : set);
    while (range.find()) {
      if (range.group("from").compareTo(range.group("to")) > 0) {
        return false;
      }
    }
    return true;
  }
}
