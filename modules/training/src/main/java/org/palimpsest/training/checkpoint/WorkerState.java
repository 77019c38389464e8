package org.palimpsest.training.checkpoint;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import java.io.Serializable;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * What one worker keeps in a checkpoint for itself.
 *
 * @param files names of its files in the checkpoint's folder; a vector without a file is absent
 * @param updates number of updates that its optimizer has made
 * @param weight target tokens that it has learned from in the segment: the weight of its moments in
 *     a mean over workers
 * @param round what it has done of the round in which the run stopped; nothing between rounds
 */
public record WorkerState(
    Map<OwnVector, String> files, long updates, double weight, PartialRound round)
    implements Serializable {

  /** A vector that each worker has for itself. */
  public enum OwnVector {
    /** Its parameters, if they are not those of the other workers: within a round. */
    PARAMETERS,
    /** The moments of the inner optimizer. */
    MOMENTS,
    /** The rounding error that compressed exchanges still have to add. */
    RESIDUAL
  }

  public WorkerState {
    files = Map.copyOf(files);
  }

  /** The state between two rounds. */
  public WorkerState(Map<OwnVector, String> files, long updates, double weight) {
    this(files, updates, weight, PartialRound.NONE);
  }

  /** The file of a vector, if the worker has one. */
  public Optional<String> file(OwnVector vector) {
    return Optional.ofNullable(files.get(vector));
  }

  /** The file of the optimizer's moments; it may have size 0. */
  public Optional<String> moments() {
    return file(OwnVector.MOMENTS);
  }

  /** The file of the residual. */
  public Optional<String> residual() {
    return file(OwnVector.RESIDUAL);
  }

  /**
   * This state as a part of {@code state.json}: the names and the order of its fields are a format
   * on users' disks, as is the empty text for a file that does not exist. The last two are there
   * only within a round.
   */
  private record Json(
      String file,
      long updates,
      double weight,
      String residual,
      @JsonInclude(JsonInclude.Include.NON_NULL) String parameters,
      @JsonInclude(JsonInclude.Include.NON_NULL) PartialRound round) {}

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  private static WorkerState of(Json json) {
    Map<OwnVector, String> files = new EnumMap<>(OwnVector.class);
    put(files, OwnVector.MOMENTS, json.file);
    put(files, OwnVector.RESIDUAL, json.residual); // Null in checkpoints of early versions.
    put(files, OwnVector.PARAMETERS, json.parameters);
    return new WorkerState(
        files, json.updates, json.weight, json.round == null ? PartialRound.NONE : json.round);
  }

  private static void put(Map<OwnVector, String> files, OwnVector vector, String file) {
    if (file != null && !file.isEmpty()) {
      files.put(vector, file);
    }
  }

  @JsonValue
  private Json json() {
    return new Json(
        moments().orElse(""),
        updates,
        weight,
        residual().orElse(""),
        file(OwnVector.PARAMETERS).orElse(null),
        round.hasBegun() ? round : null);
  }
}
