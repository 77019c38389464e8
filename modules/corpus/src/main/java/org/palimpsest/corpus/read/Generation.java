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
 * One change of a corpus: the first preparation, an addition of text, or a removal.
 *
 * @param trainingLanes number of its training lanes, which follow those of earlier generations
 * @param validationLanes number of its validation lanes
 * @param documents documents in both splits
 * @param blocks blocks in both splits
 * @param settings its settings, by configuration key
 * @param inputs the paths of its inputs; null if {@code settings} lists them unambiguously
 * @param texts files of text fingerprints, if duplicates were searched
 * @param icu the version of ICU that split its sentences; null if not recorded
 * @param sources files of the sources of its blocks, one per lane; null if not recorded
 * @param removal the blocks of earlier generations that it removes; null if it adds text
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
    Icu icu,
    List<StoredFile> sources,
    Removal removal) {

  /** What may follow a path. */
  private static final String OF_INPUTS = "( \\(weight [0-9.E-]+\\))?( \\(language [^ ]+\\))?$";

  public Generation {
    if (trainingLanes < 0 || validationLanes < 0 || settings == null) {
      throw new IllegalArgumentException("a generation has no lanes or no settings");
    }
    // Corpora of early releases have no fingerprints.
    texts = texts == null ? List.of() : List.copyOf(texts);
    if (sources != null) {
      sources = List.copyOf(sources);
      Manifest.require(
          sources.size() == trainingLanes + validationLanes, "a lane lacks its list of sources");
    }
  }

  /**
   * The files beside the lanes.
   *
   * @param texts with fingerprints
   * @param sources with the sources of blocks, one per lane
   */
  public record Lists(List<StoredFile> texts, List<StoredFile> sources) {}

  /** Creates the generation of these splits, without more facts. */
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
        null,
        null,
        null);
  }

  /** Creates a generation that removes blocks. */
  public static Generation of(Removal removal) {
    return new Generation(0, 0, 0, 0, Map.of(), List.of(), List.of(), null, null, removal);
  }

  /** Returns this removal after its blocks have been deleted; any other generation as it is. */
  public Generation purged() {
    return removal == null ? this : of(removal.purged());
  }

  /**
   * Returns this generation with more facts.
   *
   * @param paths the paths of its inputs
   * @param lists the files beside its lanes
   * @param used the version of ICU
   */
  public Generation with(List<String> paths, Lists lists, Icu used) {
    List<String> shown = paths.stream().map(Secrets::redacted).toList();
    List<String> recorded = shown.equals(joinedInputs(settings)) ? null : shown;
    return new Generation(
        trainingLanes,
        validationLanes,
        documents,
        blocks,
        settings,
        recorded,
        lists.texts,
        used,
        lists.sources,
        null);
  }

  /** Returns the removal, if this generation is one. */
  public Optional<Removal> removed() {
    return Optional.ofNullable(removal);
  }

  /** Returns the files that list the sources of its blocks, one per lane, if recorded. */
  public Optional<List<StoredFile>> recordedSources() {
    return Optional.ofNullable(sources);
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
        .map(input -> input.replaceFirst(OF_INPUTS, ""))
        .toList();
  }
}
