package org.palimpsest.corpus.read;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.palimpsest.base.Secrets;
import org.palimpsest.corpus.text.Icu;
import org.palimpsest.storage.StoredFile;

/**
 * One preparation of text: the first one, or an addition.
 *
 * @param trainingLanes number of its training lanes, which follow those of earlier generations
 * @param validationLanes number of its validation lanes
 * @param documents documents in both splits
 * @param blocks blocks in both splits
 * @param settings its settings, by configuration key
 * @param inputs the paths of its inputs; null if {@code settings} lists them unambiguously
 * @param texts files of text fingerprints, if duplicates were searched
 * @param icu the version of ICU that split its sentences; null if not recorded
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Generation(
    int trainingLanes,
    int validationLanes,
    long documents,
    long blocks,
    Map<String, String> settings,
    List<String> inputs,
    List<StoredFile> texts,
    Icu icu) {

  public Generation {
    if (trainingLanes < 0 || validationLanes < 0 || settings == null) {
      throw new IllegalArgumentException("a generation has no lanes or no settings");
    }
    // Corpora of early releases have no fingerprints.
    texts = texts == null ? List.of() : List.copyOf(texts);
  }

  /** Creates the generation of these splits, without fingerprints and ICU version. */
  public static Generation of(Manifest.Splits splits, Map<String, String> settings) {
    Manifest.SplitEntry training = splits.training();
    Manifest.SplitEntry validation = splits.validation();
    return new Generation(
        training.lanes().size(),
        validation.lanes().size(),
        training.documents() + validation.documents(),
        training.blocks() + validation.blocks(),
        settings,
        null,
        List.of(),
        null);
  }

  /**
   * Returns this generation with more facts.
   *
   * @param paths the paths of its inputs
   * @param files files of text fingerprints
   * @param used the version of ICU
   */
  public Generation with(List<String> paths, List<StoredFile> files, Icu used) {
    List<String> shown = paths.stream().map(Secrets::redacted).toList();
    List<String> recorded = shown.equals(joinedInputs(settings)) ? null : shown;
    return new Generation(
        trainingLanes, validationLanes, documents, blocks, settings, recorded, files, used);
  }

  /** Returns the paths of its inputs. */
  public List<String> inputPaths() {
    return inputs != null ? inputs : joinedInputs(settings);
  }

  /** Returns the version of ICU that split its sentences, if recorded. */
  public Optional<Icu> recordedIcu() {
    return Optional.ofNullable(icu);
  }

  /** Splits the inputs that {@code settings} joins with commas; wrong if a path has one. */
  private static List<String> joinedInputs(Map<String, String> settings) {
    return Arrays.stream(settings.getOrDefault("corpus.input", "").split(", ", -1))
        .map(input -> input.replaceFirst(" \\(weight [0-9.E-]+\\)$", ""))
        .toList();
  }
}
