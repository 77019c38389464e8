package org.palimpsest.cli.study;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** Runs the cells of a study that are not finished, one after the other. */
public final class StudyRunner {

  /** Trains and measures one cell. */
  public interface Work {
    /**
     * Trains and measures.
     *
     * @return empty if the training was stopped before its end; running it again resumes it
     */
    Optional<CellResult> run(Cell cell, long seed);
  }

  private final Study study;
  private final StudyFolder folder;
  private final Consumer<String> progress;

  /**
   * Creates a runner.
   *
   * @param folder whose definition is the study's
   * @param progress takes one line for each cell
   */
  public StudyRunner(Study study, StudyFolder folder, Consumer<String> progress) {
    this.study = study;
    this.folder = folder;
    this.progress = progress;
  }

  /**
   * Runs all cells with the first seed, then with the next, so that a study that is stopped early
   * compares all cells.
   *
   * @return the results in the order of cells; fewer than the study's {@link Study#size} if a
   *     training was stopped
   */
  public List<CellResult> run(Work work) {
    int done = 0;
    for (long seed : study.seeds()) {
      for (Cell cell : study.cells()) {
        if (!study.seeds(cell).contains(seed)) {
          continue;
        }
        done++;
        Optional<CellResult> finished = folder.result(cell, seed);
        if (finished.isEmpty()) {
          progress.accept(
              String.format(
                  Locale.ROOT,
                  "Cell %d of %d: %s, seed %d",
                  done,
                  study.size(),
                  cell.name(),
                  seed));
          Optional<CellResult> result = work.run(cell, seed);
          if (result.isEmpty()) {
            return finished();
          }
          folder.write(cell, result.get());
        }
      }
    }
    return finished();
  }

  private List<CellResult> finished() {
    List<CellResult> results = new ArrayList<>();
    for (Cell cell : study.cells()) {
      for (long seed : study.seeds(cell)) {
        folder.result(cell, seed).ifPresent(results::add);
      }
    }
    return results;
  }
}
