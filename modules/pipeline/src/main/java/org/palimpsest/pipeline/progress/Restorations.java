package org.palimpsest.pipeline.progress;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.hadoop.fs.Path;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.event.RunListener;
import org.palimpsest.training.transport.Cancellation;

/**
 * Lets every evaluated checkpoint restore a few held-out texts, for those who watch the run. They
 * are in {@code RUN/samples.json} too.
 */
public final class Restorations implements RunListener {
  /** Number of texts. */
  public static final int TEXTS = 3;

  static final String FILE = "samples.json";

  private final TrainingLog log;
  private final StoredFolder folder;
  private final Function<Path, List<Sample>> restorer;
  private volatile Optional<Path> newest = Optional.empty();

  /** What the file holds. */
  record Restored(long step, List<Sample> samples) {}

  /**
   * Creates the listener.
   *
   * @param folder of the run
   * @param restorer restores texts with the model of a checkpoint
   */
  public Restorations(TrainingLog log, StoredFolder folder, Function<Path, List<Sample>> restorer) {
    this.log = log;
    this.folder = folder;
    this.restorer = restorer;
  }

  @Override
  public void checkpointPublished(String path, long step) {
    newest = Optional.of(new Path(path));
  }

  @Override
  public void evaluated(long step, double loss, boolean isBest) {
    newest.ifPresent(checkpoint -> restore(checkpoint, step));
  }

  private void restore(Path checkpoint, long step) {
    try {
      List<Sample> samples = restorer.apply(checkpoint);
      log.restored(samples);
      folder.replaceJson(FILE, new Restored(step, samples));
    } catch (Exception e) { // Spark throws exceptions that it does not declare.
      if (Cancellation.isCauseOf(e)) {
        throw Restorations.<RuntimeException>undeclared(e); // The run stops.
      }
      log.warning(
          "The texts of the display were not restored, but the training goes on: "
              + Failure.sentence(e));
    }
  }

  /** The exception in the form in which Spark threw it. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Exception> E undeclared(Exception e) throws E {
    throw (E) e;
  }
}
