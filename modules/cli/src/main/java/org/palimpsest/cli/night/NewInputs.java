package org.palimpsest.cli.night;

import com.typesafe.config.ConfigUtil;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Secrets;
import org.palimpsest.corpus.format.NoText;
import org.palimpsest.corpus.text.Input;
import org.palimpsest.storage.Reason;

/**
 * What {@code corpus.input} has that a corpus has not. A folder stands for what is directly in it,
 * and a glob for what it matches, so that each new file or folder is an input of its own, which the
 * corpus records. Hidden names (with a dot or an underscore in front) and empty files are passed
 * over: they are not finished.
 *
 * @param inputs the new ones, in the order of their names
 * @param warnings a sentence for each input that is missing or unusable tonight
 */
public record NewInputs(List<Input> inputs, List<String> warnings) {
  /** WordNet, and what a factory opens by its prefix, such as {@code table:notes}. */
  private static final Pattern NO_FILE = Pattern.compile("wordnet|[a-z][a-z0-9-]*:(?!/).*");

  /**
   * Searches.
   *
   * @param wanted the inputs of the recipe
   * @param recorded the inputs that the corpus records; empty without a corpus
   */
  public static NewInputs find(List<Input> wanted, Set<String> recorded, Configuration hadoop) {
    return new Search(hadoop, recorded).of(wanted);
  }

  /** The assignment of {@code corpus.input} to these inputs. */
  public String assignment() {
    return inputs.stream()
        .map(NewInputs::hocon)
        .collect(Collectors.joining(", ", "corpus.input = [", "]"));
  }

  private static String hocon(Input input) {
    String path = ConfigUtil.quoteString(input.path());
    return input.weight() == 1 ? path : "{path = " + path + ", weight = " + input.weight() + "}";
  }

  private static final class Search {
    private final Configuration hadoop;
    private final Set<String> recorded;
    private final Map<String, Input> found = new LinkedHashMap<>();
    private final List<String> warnings = new ArrayList<>();

    Search(Configuration hadoop, Set<String> recorded) {
      this.hadoop = hadoop;
      this.recorded =
          recorded.stream().map(this::qualified).collect(Collectors.toCollection(TreeSet::new));
    }

    NewInputs of(List<Input> wanted) {
      wanted.forEach(this::add);
      return new NewInputs(List.copyOf(found.values()), List.copyOf(warnings));
    }

    private void add(Input input) {
      if (isKnown(input.path())) {
        return; // Also a folder or a glob that was prepared as a whole.
      }
      if (NO_FILE.matcher(input.path()).matches()) {
        found.put(input.path(), input);
        return;
      }
      try {
        List<FileStatus> entries = entries(new Path(input.path()));
        if (entries.isEmpty()) {
          warnings.add("The input %s is missing tonight.".formatted(shown(input.path())));
        }
        for (FileStatus entry : entries) {
          addFile(entry, input.weight());
        }
      } catch (IOException | IllegalArgumentException e) {
        warnings.add(
            "The input %s cannot be listed tonight: %s."
                .formatted(shown(input.path()), Reason.of(e)));
      }
    }

    private void addFile(FileStatus entry, double weight) throws IOException {
      String path = entry.getPath().toString();
      if (isKnown(path) || isUnfinished(entry)) {
        return;
      }
      Optional<String> other =
          entry.isFile() ? NoText.in(entry.getPath(), hadoop) : Optional.empty();
      if (other.isPresent()) {
        warnings.add(
            "The input %s is passed over, because it is %s.".formatted(shown(path), other.get()));
        return;
      }
      found.put(path, new Input(path, weight));
    }

    private static boolean isUnfinished(FileStatus entry) {
      String name = entry.getPath().getName();
      return name.startsWith(".")
          || name.startsWith("_")
          || (entry.isFile() && entry.getLen() == 0);
    }

    /** What a path stands for: its content, its matches, or itself. */
    private List<FileStatus> entries(Path path) throws IOException {
      FileSystem files = path.getFileSystem(hadoop);
      FileStatus[] matches =
          files.exists(path)
              ? new FileStatus[] {files.getFileStatus(path)}
              : files.globStatus(path);
      if (matches == null) {
        return List.of();
      }
      boolean isFolder =
          matches.length == 1
              && matches[0].isDirectory()
              && matches[0].getPath().equals(files.makeQualified(path));
      return Arrays.stream(isFolder ? files.listStatus(path) : matches)
          .sorted(Comparator.comparing(FileStatus::getPath))
          .toList();
    }

    private boolean isKnown(String path) {
      return recorded.contains(qualified(path));
    }

    /** As the corpus records it, in one form. */
    private String qualified(String path) {
      String shown = shown(path);
      if (NO_FILE.matcher(path).matches()) {
        return shown;
      }
      try {
        Path given = new Path(shown);
        return given.getFileSystem(hadoop).makeQualified(given).toString();
      } catch (IOException | IllegalArgumentException | PalimpsestException e) {
        return shown;
      }
    }

    private static String shown(String path) {
      return Secrets.redacted(path);
    }
  }
}
