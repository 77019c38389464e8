package org.palimpsest.cli.night;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.StoredFolder;

/**
 * What the next night has to know: {@code RUN/nightly.json}. Without it, or with a damaged one, a
 * night scores and exports again what it has already.
 *
 * @param began when the night began that is under way; null if the last one ended
 * @param step what that night does
 * @param evaluated the score of the newest checkpoint that a night evaluated
 * @param exported the score of the exported model; null while an export is under way
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record NightState(String began, String step, Score evaluated, Score exported) {
  /** Name of the file in the directory of a run. */
  public static final String FILE = "nightly.json";

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final NightState FIRST = new NightState(null, null, null, null);

  /** Reads the state that the last night left. */
  public static NightState read(StoredFolder run) {
    try {
      return run.exists(FILE) ? MAPPER.treeToValue(run.readJson(FILE), NightState.class) : FIRST;
    } catch (PalimpsestException | JsonProcessingException e) {
      return FIRST;
    }
  }

  /** Replaces the file. */
  public void writeTo(StoredFolder run) {
    run.replaceJson(FILE, this);
  }

  /** This state during a step of a night. */
  public NightState in(String now, String beginning) {
    return new NightState(beginning, now, evaluated, exported);
  }

  /** This state after a night. */
  public NightState ended() {
    return new NightState(null, null, evaluated, exported);
  }

  public NightState withEvaluated(Score score) {
    return new NightState(began, step, score, exported);
  }

  /** This state while the exported model is being replaced. */
  public NightState withoutExported() {
    return new NightState(began, step, evaluated, null);
  }

  public NightState withExported(Score score) {
    return new NightState(began, step, evaluated, score);
  }

  /** The score of a checkpoint, if it was measured on this text. */
  public Optional<Score> scoreOf(String checkpoint, String corpus) {
    return Optional.ofNullable(evaluated).filter(score -> score.isOf(checkpoint, corpus));
  }

  /** The loss of the exported model on this text, if it was measured. */
  public Optional<Double> exportedLoss(String corpus) {
    return Optional.ofNullable(exported)
        .filter(score -> score.corpus().equals(corpus))
        .map(Score::loss);
  }
}
