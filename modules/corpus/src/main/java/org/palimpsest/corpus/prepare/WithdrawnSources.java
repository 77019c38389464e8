package org.palimpsest.corpus.prepare;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Secrets;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.corpus.read.Generation;

/**
 * The text that is withdrawn from a corpus. A name that is an input of a generation means that
 * input; any other name means the sources with that name, and those in a folder of that name, in
 * all generations.
 */
final class WithdrawnSources {
  private final Corpus corpus;
  private final List<String> names;

  /** The names that are no inputs. */
  private final List<String> others;

  /**
   * Takes names.
   *
   * @param names as a user gives them, without secrets
   */
  WithdrawnSources(Corpus corpus, List<String> names) {
    this.corpus = corpus;
    this.names = List.copyOf(names);
    Set<String> inputs = new TreeSet<>();
    corpus.manifest().generations().forEach(generation -> inputs.addAll(inputs(generation)));
    others = names.stream().filter(name -> !inputs.contains(name)).toList();
  }

  List<String> names() {
    return names;
  }

  /**
   * A source that is searched.
   *
   * @param name as the user gives it
   * @param source its name, or that of the folder of its files
   */
  record Named(String name, String source) implements Serializable {
    boolean has(String candidate) {
      return candidate.equals(source)
          || candidate.startsWith(source.endsWith("/") ? source : source + "/");
    }
  }

  /**
   * What is withdrawn of a generation.
   *
   * @param isWhole whether it is everything
   * @param sources what is searched otherwise
   */
  record Match(boolean isWhole, List<Named> sources) implements Serializable {
    boolean isAny() {
      return isWhole || !sources.isEmpty();
    }
  }

  /**
   * Returns what is withdrawn of a generation.
   *
   * @throws PalimpsestException of kind INPUT if its sources are not recorded or not distinct
   */
  Match in(Generation generation) {
    List<String> inputs = inputs(generation);
    boolean isWhole = !inputs.isEmpty() && names.containsAll(inputs);
    if (isWhole || generation.removed().isPresent()) {
      return new Match(isWhole, isWhole ? named(inputs) : List.of());
    }
    List<Named> sources = new ArrayList<>(named(others));
    for (String input : inputs) {
      if (names.contains(input)) {
        requireDistinct(input, inputs);
        sourcesOf(input).forEach(source -> sources.add(new Named(input, source)));
      }
    }
    if (!sources.isEmpty() && generation.recordedSources().isEmpty()) {
      throw PalimpsestException.input(
          "The corpus %s does not record which blocks have the text of %s, because an earlier release prepared %s: name all inputs that were prepared with it, or prepare the corpus again with --fresh and without that text."
              .formatted(place(), sources.get(0).name, inputs));
    }
    return new Match(false, sources);
  }

  private static List<Named> named(List<String> sources) {
    return sources.stream().map(source -> new Named(source, source)).toList();
  }

  private static List<String> inputs(Generation generation) {
    return generation.removed().isPresent()
        ? List.of()
        : generation.inputPaths().stream().map(Secrets::redacted).toList();
  }

  /**
   * Returns the names that the sources of an input may have. The name of a file begins with that of
   * its folder, or with that of the folder that was given; a table has its own name.
   */
  private static Stream<String> sourcesOf(String input) {
    if (!isPath(input)) {
      return Stream.of(input);
    }
    Path path = absolute(input);
    Path folder = path.getParent();
    return folder == null
        ? Stream.of(path.getName())
        : Stream.of(folder.getName() + "/" + path.getName(), path.getName());
  }

  /** Folders of the same name have numbers, which depend on files that may be gone. */
  private void requireDistinct(String input, List<String> inputs) {
    for (String other : inputs) {
      boolean isSame =
          folders(input)
              .anyMatch(
                  one ->
                      folders(other)
                          .anyMatch(
                              two -> !one.equals(two) && one.getName().equals(two.getName())));
      if (isSame) {
        throw PalimpsestException.input(
            "The corpus %s was prepared from %s and %s, whose sources may have the same names: name the sources as the lists of rejected records do, a folder and a file such as %s."
                .formatted(place(), input, other, sourcesOf(input).findFirst().orElseThrow()));
      }
    }
  }

  private static Stream<Path> folders(String input) {
    if (!isPath(input)) {
      return Stream.of();
    }
    Path path = absolute(input);
    return Stream.of(path, path.getParent()).filter(folder -> folder != null && !folder.isRoot());
  }

  private static boolean isPath(String input) {
    return input.contains("/") || !input.contains(":");
  }

  private static Path absolute(String input) {
    Path path = new Path(input);
    return path.isAbsolute() ? path : new Path(System.getProperty("user.dir"), path);
  }

  /**
   * Checks that text of each name was found.
   *
   * @throws PalimpsestException of kind INPUT otherwise
   */
  void requireAll(Set<String> found) {
    for (String name : names) {
      if (!found.contains(name)) {
        throw PalimpsestException.input(
            "The corpus %s has no text of %s: name an input as its manifest does, or a source as the lists of rejected records do, a folder and a file."
                .formatted(place(), name));
      }
    }
  }

  private String place() {
    return Secrets.redacted(corpus.path().toString());
  }
}
