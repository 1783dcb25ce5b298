package io.sallyport.policy.plan;

import io.sallyport.policy.plan.Argument.Arm;
import io.sallyport.policy.plan.Argument.Branch;
import io.sallyport.policy.plan.Column.Facts;
import io.sallyport.policy.plan.Column.KeyPart;
import io.sallyport.policy.plan.Column.Restricted;
import io.sallyport.policy.plan.Scope.Surroundings;
import io.sallyport.policy.plan.Unit.Mark;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.SetOp;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rel.logical.LogicalUnion;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.util.ImmutableBitSet;

/**
 * Judges set operations: the branches of UNION ALL keep their units, side by side where they are of
 * one kind and one owner.
 *
 * <pre>
 * before: SELECT cost FROM visits UNION ALL SELECT fee FROM wards
 * after:  SELECT cost, patient_id FROM visits UNION ALL SELECT fee, NULL FROM wards
 * </pre>
 *
 * <p>A branch is an arm: a value counts its contributors branch by branch, for one branch may hold
 * one person's value and the others values that are known.
 */
final class Unions {
  private final GuardedNodes nodes;
  private final Conditions make;

  Unions(GuardedNodes nodes, Conditions make) {
    this.nodes = nodes;
    this.make = make;
  }

  /** An operation that only free rows may meet. */
  Checked free(RelNode node, List<Checked> inputs, String word) {
    Standing standing = Standing.PUBLIC;
    List<Facts> facts = new ArrayList<>();
    for (Checked input : inputs) {
      if (input.standing().isProtected()) {
        throw new NotReleasedException(
            input.standing().units().get(0).dataset(),
            "`"
                + word.toLowerCase(java.util.Locale.ROOT)
                + "` over protected rows; it may stand"
                + " above an aggregate");
      }
      standing = standing.and(input.standing());
      input.columns().forEach(column -> facts.add(column.facts()));
    }
    for (Facts known : facts) {
      if (known.key().isPresent()) {
        throw new NotReleasedException("", "a unit key of an outer query in a set operation");
      }
    }
    boolean all = ((SetOp) node).all;
    boolean shows = standing instanceof Standing.Released && !(all && node instanceof LogicalUnion);
    RelNode rel =
        node.copy(
            node.getTraitSet(),
            inputs.stream().map(i -> shows ? alike(i) : nodes.visible(i)).toList());
    List<Column> columns = GuardedNodes.freeColumns(rel, facts);
    RowSources rows =
        RowSources.made(
            columns.size(),
            all ? List.of() : ImmutableBitSet.range(columns.size()).asList(),
            false,
            inputs.stream().map(Checked::rows).toList());
    return Checked.of(rel, columns, standing, rows);
  }

  /** Of equal rows one is shown, so they must be the same. */
  private RelNode alike(Checked input) {
    GuardedNodes.Row row = nodes.new Row(input.rel());
    for (int i = 0; i < input.columns().size(); i++) {
      RexNode value = make.ref(input.rel(), input.columns().get(i).at());
      row.add(GroupKeys.alike(value, nodes.dataset(), make), input.name(i));
    }
    return row.project(Set.of());
  }

  Checked union(LogicalUnion union, List<Checked> inputs, Surroundings around) {
    if (inputs.stream().noneMatch(input -> input.standing().isProtected())) {
      return free(union, inputs, "UNION");
    }
    Checked all = new Branches(union, inputs).checked();
    if (union.all) {
      return all;
    }
    List<Integer> keys = IntStream.range(0, all.columns().size()).boxed().toList();
    return nodes.aggregate(
        new AggregateStep(all, Scope.of(all, around), keys, List.of()),
        union.getRowType().getFieldNames());
  }

  private final class Branches {
    private final LogicalUnion union;
    private final List<Checked> inputs;
    private final List<Unit> slots = new ArrayList<>();
    private final List<List<Optional<Unit>>> places = new ArrayList<>();
    private final List<GuardedNodes.Row> rows = new ArrayList<>();

    Branches(LogicalUnion union, List<Checked> inputs) {
      this.union = union;
      this.inputs = inputs;
    }

    Checked checked() {
      for (Checked input : inputs) {
        place(input);
      }
      int width = union.getRowType().getFieldCount();
      for (int branch = 0; branch < inputs.size(); branch++) {
        Checked input = inputs.get(branch);
        GuardedNodes.Row row = nodes.new Row(input.rel());
        for (int i = 0; i < width; i++) {
          row.add(
              make.ref(input.rel(), input.columns().get(i).at()),
              union.getRowType().getFieldNames().get(i));
        }
        rows.add(row);
      }
      List<Unit> units = new ArrayList<>();
      for (int slot = 0; slot < slots.size(); slot++) {
        int at = width + slot;
        for (int branch = 0; branch < inputs.size(); branch++) {
          rows.get(branch).add(unit(branch, slot), nodes.hiddenName());
        }
        units.add(slots.get(slot).at(at).once(false));
      }
      for (int slot = 0; slot < slots.size(); slot++) {
        units.set(slot, units.get(slot).in(marks(slot)));
      }
      List<Column> columns = new ArrayList<>();
      for (int i = 0; i < width; i++) {
        columns.add(new Column(i, facts(i)));
      }
      RelNode rel =
          LogicalUnion.create(rows.stream().map(row -> row.project(Set.of())).toList(), true);
      RowSources sources =
          RowSources.united(width, true, inputs.stream().map(Checked::rows).toList());
      return Checked.of(rel, columns, new Standing.Protected(units), sources);
    }

    /** What says of a row in which branch it is, for the branches in which this unit has rows. */
    private List<Mark> marks(int slot) {
      List<Mark> marks = new ArrayList<>();
      for (int branch = 0; branch < inputs.size(); branch++) {
        Optional<Unit> unit = placed(branch, slot);
        if (unit.isPresent() && unit.get().branches().isEmpty()) {
          marks.add(new Mark(branch(branch, List.of()), marked(branch, make.always())));
        }
        for (Mark inner : unit.map(Unit::branches).orElse(List.of())) {
          if (inner.branch().union() != unit.get().branches().get(0).branch().union()) {
            throw new NotReleasedException(
                unit.get().dataset(), "a union of what was joined from several unions");
          }
          RexNode here = make.ref(inputs.get(branch).rel(), inner.at());
          marks.add(new Mark(branch(branch, inner.branch().path()), marked(branch, here)));
        }
      }
      return marks;
    }

    /** Of a union in a union, each branch is one of this. */
    private Branch branch(int number, List<Integer> inner) {
      List<Integer> path = new ArrayList<>(List.of(number));
      path.addAll(inner);
      return new Branch(this, path);
    }

    /** A column that is what is given in one branch, and false in all others. */
    private int marked(int branch, RexNode here) {
      int at = rows.get(branch).size();
      for (int other = 0; other < rows.size(); other++) {
        rows.get(other).add(other == branch ? here : make.never(), nodes.hiddenName());
      }
      return at;
    }

    /** Each unit of the branch takes the first free slot of its kind and owner. */
    private void place(Checked input) {
      List<Optional<Unit>> taken = new ArrayList<>();
      slots.forEach(slot -> taken.add(Optional.empty()));
      for (Unit unit : input.standing().units()) {
        if (unit.isTied()) {
          throw new NotReleasedException(
              unit.dataset(), "a union inside a sub-query that is tied to an outer row");
        }
        int slot = 0;
        while (slot < slots.size()
            && (taken.get(slot).isPresent() || !isLike(slots.get(slot), unit))) {
          slot++;
        }
        if (slot == slots.size()) {
          slots.add(unit);
          taken.add(Optional.of(unit));
        } else {
          slots.set(slot, slots.get(slot).merged(unit));
          taken.set(slot, Optional.of(unit));
        }
      }
      places.add(taken);
    }

    private boolean isLike(Unit one, Unit other) {
      return one.kind().equals(other.kind())
          && one.parts() == other.parts()
          && one.datasets().equals(other.datasets());
    }

    private Optional<Unit> placed(int branch, int slot) {
      List<Optional<Unit>> taken = places.get(branch);
      return slot < taken.size() ? taken.get(slot) : Optional.empty();
    }

    private RexNode unit(int branch, int slot) {
      return placed(branch, slot)
          .map(unit -> make.ref(inputs.get(branch).rel(), unit.at()))
          .orElseGet(() -> make.nothing(make.nothing()));
    }

    private Facts facts(int column) {
      Set<Restricted> lineage = new HashSet<>();
      List<Argument> arguments = new ArrayList<>();
      List<RelDataType> types = new ArrayList<>();
      types.add(union.getRowType().getFieldList().get(column).getType());
      for (Checked input : inputs) {
        Facts facts = input.columns().get(column).facts();
        lineage.addAll(facts.lineage());
        arguments.add(facts.argument());
        types.add(make.ref(input.rel(), input.columns().get(column).at()).getType());
      }
      refuseFailing(types);
      return new Facts(lineage, key(column), together(arguments)).withLabel(label(column));
    }

    /** This union, if the column is a literal of its own in each branch. */
    private Optional<Object> label(int column) {
      Set<String> values = new HashSet<>();
      for (Checked input : inputs) {
        int at = input.columns().get(column).at();
        Optional<String> text =
            input.rel() instanceof LogicalProject project
                ? text(project.getProjects().get(at))
                : Optional.empty();
        if (text.filter(values::add).isEmpty()) {
          return Optional.empty();
        }
      }
      return Optional.of(this);
    }

    private static Optional<String> text(RexNode value) {
      return value instanceof RexLiteral literal && literal.getValue2() instanceof String text
          ? Optional.of(text.strip())
          : Optional.empty();
    }

    private void refuseFailing(List<RelDataType> types) {
      List<RelDataType> known =
          types.stream().filter(type -> !make.nothing().equals(type)).toList();
      for (RelDataType type : known) {
        if (!FailureFree.types(known.get(0), type) || !FailureFree.decimals(known)) {
          throw new NotReleasedException(
              slots.get(0).dataset(),
              "a union of protected rows with columns of several types; cast them to one");
        }
      }
    }

    /** A key stays a key only if every branch has it in the same place. */
    private Optional<KeyPart> key(int column) {
      List<Optional<KeyPart>> keys =
          inputs.stream().map(input -> input.columns().get(column).facts().key()).toList();
      if (keys.stream().allMatch(Optional::isEmpty)) {
        return Optional.empty();
      }
      for (int slot = 0; slot < slots.size(); slot++) {
        if (isKeyOf(slot, keys)) {
          KeyPart first = keys.get(0).orElseThrow();
          boolean padded = keys.stream().anyMatch(key -> key.orElseThrow().padded());
          return Optional.of(new KeyPart(slots.get(slot).id(), first.part(), padded, first.name()));
        }
      }
      throw new NotReleasedException(
          slots.get(0).dataset(),
          "a union of a unit key with other values; unit keys of one owner and kind may be united");
    }

    private boolean isKeyOf(int slot, List<Optional<KeyPart>> keys) {
      for (int branch = 0; branch < keys.size(); branch++) {
        Optional<KeyPart> key = keys.get(branch);
        Optional<Unit> unit = placed(branch, slot);
        boolean fits =
            key.isPresent()
                && unit.isPresent()
                && key.get().unit() == unit.get().id()
                && key.get().part() == keys.get(0).map(KeyPart::part).orElse(-1);
        if (!fits) {
          return false;
        }
      }
      return true;
    }

    private Argument together(List<Argument> arguments) {
      Argument all = arguments.get(0);
      for (Argument argument : arguments.subList(1, arguments.size())) {
        all = all.with(argument, List.of(Arm.ALWAYS), Math.max(all.degree(), argument.degree()));
      }
      return all.refusal().isPresent() ? all : all.withArms(arms(arguments));
    }

    /** Each arm of each branch gets a column that is true in its rows alone. */
    private List<Arm> arms(List<Argument> arguments) {
      List<Arm> arms = new ArrayList<>();
      for (int branch = 0; branch < arguments.size(); branch++) {
        for (Arm arm : arguments.get(branch).arms()) {
          for (Mark inner : inner(branch, arm)) {
            List<RexNode> here = new ArrayList<>(arm.when().map(make::asFilter).stream().toList());
            if (inner.at() >= 0) {
              here.add(make.ref(inputs.get(branch).rel(), inner.at()));
            }
            RexNode when = make.placeholder(marked(branch, make.and(here)));
            arms.add(new Arm(Optional.of(when), arm.zero(), Set.of(inner.branch())));
          }
        }
      }
      return arms;
    }

    /** The branches of this union into which an arm comes; more than one from a union inside. */
    private List<Mark> inner(int branch, Arm arm) {
      if (!arm.branches().isEmpty()) {
        return arm.branches().stream()
            .map(known -> new Mark(branch(branch, known.path()), -1))
            .limit(1)
            .toList();
      }
      List<Mark> marks = new ArrayList<>();
      for (Unit unit : inputs.get(branch).standing().units()) {
        for (Mark mark : marks.isEmpty() ? unit.branches() : List.<Mark>of()) {
          marks.add(new Mark(branch(branch, mark.branch().path()), mark.at()));
        }
      }
      return marks.isEmpty() ? List.of(new Mark(branch(branch, List.of()), -1)) : marks;
    }
  }
}
