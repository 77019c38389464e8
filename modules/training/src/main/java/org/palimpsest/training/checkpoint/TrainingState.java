package org.palimpsest.training.checkpoint;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import java.io.Serializable;
import java.util.List;
import org.palimpsest.model.spec.ParameterLayout;

/**
 * The state of a run: {@code state.json} of a checkpoint, where all fields are on one level.
 *
 * @param layout the flat parameter vector
 * @param position the next step
 * @param counts sums since the run began
 * @param identity what the run started with
 * @param replicas the workers' own state
 * @param outerState whether {@code outer.bin} holds the velocity of the outer optimizer
 */
public record TrainingState(
    Layout layout,
    Position position,
    Counts counts,
    Identity identity,
    Replicas replicas,
    boolean outerState)
    implements Serializable {

  /**
   * The flat parameter vector.
   *
   * @param parameters number of parameters
   * @param version of their order
   */
  public record Layout(long parameters, int version) implements Serializable {}

  /**
   * The next step.
   *
   * @param step global steps done; the next one has this number
   * @param epoch the pass over the data to which the next step belongs
   */
  public record Position(long step, long epoch) implements Serializable {}

  /**
   * Sums since the run began.
   *
   * @param targetTokens target tokens that counted in the loss
   * @param rawTokens uncorrupted tokens read
   * @param skippedSteps worker steps without an update
   * @param skippedInARow global steps without an update just before the checkpoint
   * @param seconds spent in rounds
   * @param bytesExchanged sent by all workers for their exchanges
   */
  public record Counts(
      long targetTokens,
      long rawTokens,
      long skippedSteps,
      long skippedInARow,
      double seconds,
      long bytesExchanged)
      implements Serializable {}

  /**
   * What the run started with.
   *
   * @param seed together with the step, it determines all random values
   * @param phases the data that it has read since, one phase after the other
   */
  public record Identity(long seed, List<DataPhase> phases) implements Serializable {
    public Identity {
      phases = List.copyOf(phases);
      for (int i = 0; i < phases.size(); i++) {
        boolean follows = i == 0 || phases.get(i).step() > phases.get(i - 1).step();
        requireOrder(follows && (i > 0 || phases.get(0).step() == 0));
      }
      requireOrder(!phases.isEmpty());
    }

    private static void requireOrder(boolean holds) {
      if (!holds) {
        throw new IllegalArgumentException("the phases of the data are not in order");
      }
    }
  }

  /**
   * The workers' own state.
   *
   * @param states one per worker; a single one when all workers have the same optimizer state
   * @param count number of workers
   */
  public record Replicas(List<WorkerState> states, int count) implements Serializable {
    public Replicas {
      states = List.copyOf(states);
    }
  }

  /** The state before the first step. */
  public static TrainingState beginning(long seed, String data) {
    return new TrainingState(
        new Layout(0, ParameterLayout.VERSION),
        new Position(0, 0),
        new Counts(0, 0, 0, 0, 0, 0),
        new Identity(seed, DataPhase.only(data)),
        new Replicas(List.of(), 0),
        false);
  }

  /** The state of the same run at another step, without the workers' own state. */
  public TrainingState at(
      Layout newLayout, Position newPosition, Counts newCounts, int workers, boolean hasOuter) {
    return new TrainingState(
        newLayout, newPosition, newCounts, identity, new Replicas(List.of(), workers), hasOuter);
  }

  /** What the workers have done of the round in which the run stopped, summed over them. */
  public PartialRound partialRound() {
    return PartialRound.sum(workers().stream().map(WorkerState::round).toList());
  }

  /** Whether the run stopped within a round, so that the workers have different parameters. */
  public boolean isWithinRound() {
    return workers().stream().anyMatch(worker -> worker.round().hasBegun());
  }

  /** The global step at which the round of the next step began. */
  public long roundStart() {
    return step() - workers().stream().mapToLong(worker -> worker.round().steps()).max().orElse(0);
  }

  /** This state with the workers' own state. */
  public TrainingState withWorkers(List<WorkerState> states) {
    return new TrainingState(
        layout, position, counts, identity, new Replicas(states, replicas.count()), outerState);
  }

  /** This state in a run that goes on with these phases of its data. */
  public TrainingState withPhases(List<DataPhase> phases) {
    return new TrainingState(
        layout, position, counts, new Identity(seed(), phases), replicas, outerState);
  }

  public long parameters() {
    return layout.parameters();
  }

  public int layoutVersion() {
    return layout.version();
  }

  public long step() {
    return position.step();
  }

  public long epoch() {
    return position.epoch();
  }

  public long targetTokens() {
    return counts.targetTokens();
  }

  public long rawTokens() {
    return counts.rawTokens();
  }

  public long skippedSteps() {
    return counts.skippedSteps();
  }

  public long skippedInARow() {
    return counts.skippedInARow();
  }

  public double seconds() {
    return counts.seconds();
  }

  public long bytesExchanged() {
    return counts.bytesExchanged();
  }

  public long seed() {
    return identity.seed();
  }

  /** Fingerprint of the data that the run reads. */
  public String data() {
    return phase().data();
  }

  /** The data that the run has read, one phase after the other. */
  public List<DataPhase> phases() {
    return identity.phases();
  }

  /** The phase to which the last step belongs, or before the first step, the first phase. */
  public DataPhase phase() {
    return phases().get(phases().size() - 1);
  }

  public List<WorkerState> workers() {
    return replicas.states();
  }

  public int workerCount() {
    return replicas.count();
  }

  /**
   * {@code state.json}: the names and the order of its fields are a format on users' disks. A run
   * whose data has not changed records its fingerprint only, as earlier releases did.
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Json(
      long parameters,
      int layoutVersion,
      long step,
      long epoch,
      long targetTokens,
      long rawTokens,
      long skippedSteps,
      long skippedInARow,
      double seconds,
      long seed,
      String data,
      List<WorkerState> workers,
      int workerCount,
      long bytesExchanged,
      boolean outerState,
      List<DataPhase> phases) {
    private List<DataPhase> allPhases() {
      return phases == null ? DataPhase.only(data) : phases;
    }
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  private static TrainingState of(Json json) {
    return new TrainingState(
        new Layout(json.parameters, json.layoutVersion),
        new Position(json.step, json.epoch),
        new Counts(
            json.targetTokens,
            json.rawTokens,
            json.skippedSteps,
            json.skippedInARow,
            json.seconds,
            json.bytesExchanged),
        new Identity(json.seed, json.allPhases()),
        new Replicas(json.workers, json.workerCount),
        json.outerState);
  }

  @JsonValue
  private Json json() {
    return new Json(
        parameters(),
        layoutVersion(),
        step(),
        epoch(),
        targetTokens(),
        rawTokens(),
        skippedSteps(),
        skippedInARow(),
        seconds(),
        seed(),
        data(),
        workers(),
        workerCount(),
        bytesExchanged(),
        outerState,
        phases().size() == 1 ? null : phases());
  }
}
