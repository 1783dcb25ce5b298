package io.sallyport.examples;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The guided tour: asks the running gateway a few questions as Bob, prints what comes back, and
 * holds each answer against what the tour said would come.
 *
 * <p>It is no test of the policies; it shows that each kind of verdict does what it says.
 */
final class Tour {
  private static final int MIN_GROUP_SIZE = 10;
  private static final Pattern REQUEST = Pattern.compile("request (\\d+)");

  private static final String CUSTOMERS = "SELECT c_custkey, c_acctbal FROM tpch.customer";

  /** Whom the tour meets. */
  record Cast(Analyst jdbc, Analyst flight, OwnersTerminal alice) {}

  /** What the tour holds a reply against. */
  private interface Expectation {
    boolean holds(Reply reply);
  }

  private final Cast cast;
  private final long diagnoses;
  private final PrintStream out;
  private final List<String> surprises = new ArrayList<>();
  private int steps;
  private String current = "";

  /**
   * @param diagnoses how many there are in the clinic's files
   */
  Tour(Cast cast, long diagnoses, PrintStream out) {
    this.cast = cast;
    this.diagnoses = diagnoses;
    this.out = out;
  }

  /** Walks through all steps, whatever happens; the titles of those that did not do as they say. */
  List<String> walk() {
    granted();
    smallGroupsLeftOut();
    Reply refused = refused();
    hidden();
    heldThenApproved();
    overFlight(refused);
    return List.copyOf(surprises);
  }

  private void granted() {
    title("An aggregate is granted: every ward has many patients");
    check(
        ask(
            cast.jdbc(),
            """
            SELECT w.name AS ward, count(*) AS visits, count(DISTINCT v.patient_id) AS patients,
                   round(avg(v.cost), 2) AS average_cost
            FROM visits v JOIN wards w ON v.ward_id = w.ward_id
            GROUP BY w.name ORDER BY visits DESC LIMIT 5"""),
        reply -> hasRows(reply, 5));
  }

  private void smallGroupsLeftOut() {
    title("Small groups are left out: rare diagnoses would point at people");
    Reply reply =
        ask(
            cast.jdbc(),
            """
            SELECT count(*) AS diagnoses, min(patients) AS smallest_group
            FROM (SELECT diagnosis, count(DISTINCT patient_id) AS patients
                  FROM visits GROUP BY diagnosis) AS by_diagnosis""");
    say("Alice's own files hold " + diagnoses + " diagnoses.");
    check(
        reply,
        got ->
            got.fold(
                rows ->
                    rows.rows().size() == 1
                        && rows.number(0, "smallest_group") >= MIN_GROUP_SIZE
                        && rows.number(0, "diagnoses") < diagnoses,
                refusal -> false));
  }

  private Reply refused() {
    title("Rows of people are refused where the owner approves nothing, and the refusal says why");
    Reply reply = ask(cast.jdbc(), CUSTOMERS);
    check(reply, got -> isRefused(got, "42501"));
    return reply;
  }

  private void hidden() {
    title("A hidden column answers like one that does not exist");
    check(ask(cast.jdbc(), "SELECT count(name) FROM patients"), reply -> isRefused(reply, "42703"));
  }

  private void heldThenApproved() {
    title("A short list of rows is held until Alice agrees, and then answered once");
    String sql =
        """
        SELECT v.visited_at, v.diagnosis, v.cost, p.birth_date, p.ssn
        FROM visits v JOIN patients p ON v.patient_id = p.patient_id
        ORDER BY v.cost DESC LIMIT 3""";
    Reply held = ask(cast.jdbc(), sql);
    check(held, reply -> isRefused(reply, "PV001"));
    Optional<String> number = requestNumber(held);
    if (number.isEmpty()) {
      return;
    }
    say("Alice looks at it and agrees:");
    command("show", number.get());
    command("approve", number.get(), "--reason", "the audit of costly stays");
    say("Bob asks again:");
    Reply answer = cast.jdbc().ask(sql);
    print(answer);
    check(answer, reply -> hasRows(reply, 3) && isWiped(reply, "ssn"));
    say("The approval was for one answer. Bob asks once more:");
    Reply again = cast.jdbc().ask(sql);
    print(again);
    check(again, reply -> isRefused(reply, "PV001"));
  }

  /** As a person would read it from the message. */
  private static Optional<String> requestNumber(Reply held) {
    return held.fold(
        rows -> Optional.empty(),
        refusal -> REQUEST.matcher(refusal.message()).results().map(m -> m.group(1)).findFirst());
  }

  private void command(String... command) {
    out.println(
        "     $ ./sallyport "
            + Stream.of(command)
                .map(word -> word.contains(" ") ? '"' + word + '"' : word)
                .collect(Collectors.joining(" ")));
    out.print(cast.alice().run(command).indent(5));
  }

  private void overFlight(Reply refusedOverJdbc) {
    title("Over Arrow Flight SQL, with Apache's own client: figures about Carol's customers");
    check(
        ask(
            cast.flight(),
            """
            SELECT n_name AS nation, count(DISTINCT c_custkey) AS customers,
                   sum(l_extendedprice * (1 - l_discount)) AS revenue
            FROM tpch.lineitem
            JOIN tpch.orders ON l_orderkey = o_orderkey AND l_custkey = o_custkey
            JOIN tpch.customer ON o_custkey = c_custkey
            JOIN tpch.nation ON c_nationkey = n_nationkey
            GROUP BY n_name ORDER BY revenue DESC LIMIT 5"""),
        reply -> hasRows(reply, 5));
    title("Over Flight the same question gets the same refusal");
    check(ask(cast.flight(), CUSTOMERS), refusedOverJdbc::equals);
  }

  private static boolean hasRows(Reply reply, int count) {
    return reply.fold(rows -> rows.rows().size() == count, refusal -> false);
  }

  private static boolean isRefused(Reply reply, String sqlState) {
    return reply.fold(rows -> false, refusal -> refusal.sqlState().equals(sqlState));
  }

  private static boolean isWiped(Reply reply, String column) {
    return reply.fold(
        rows ->
            rows.rows().stream()
                .allMatch(row -> row.get(rows.columns().indexOf(column)).equals("*")),
        refusal -> false);
  }

  private void title(String title) {
    steps++;
    current = steps + ". " + title;
    out.printf("%n-- %s%n", current);
  }

  private Reply ask(Analyst bob, String sql) {
    say("Bob asks over " + bob.door() + ":");
    out.print(sql.indent(7));
    Reply reply = bob.ask(sql);
    print(reply);
    return reply;
  }

  private void say(String sentence) {
    out.println("   " + sentence);
  }

  private void print(Reply reply) {
    out.print(reply.text().indent(3));
  }

  private void check(Reply reply, Expectation expected) {
    if (!expected.holds(reply)) {
      surprises.add(current);
      say("THIS IS NOT WHAT SHOULD HAVE COME.");
    }
  }
}
