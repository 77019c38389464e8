package org.palimpsest.training.telemetry;

import java.io.IOException;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.Reason;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.event.Progress;

/**
 * Writes the metrics of a run for TensorBoard, to {@code RUN/tensorboard}. Object stores cannot
 * append, so each checkpoint adds a small file named after its step; TensorBoard reads the files of
 * a folder as one run.
 */
public final class TensorBoard {
  private static final String PREFIX = "events.out.tfevents.";
  private static final String SUFFIX = ".palimpsest";

  private final StoredFolder folder;

  /** Writes to a folder that may not exist yet. */
  public TensorBoard(StoredFolder folder) {
    this.folder = folder;
  }

  /** Deletes the files after a step, because the run repeats it. */
  public void rewindTo(long step) {
    try {
      if (!folder.fileSystem().exists(folder.path())) {
        return;
      }
      for (FileStatus file : folder.fileSystem().listStatus(folder.path())) {
        if (step(file.getPath().getName()) > step) {
          folder.fileSystem().delete(file.getPath(), false);
        }
      }
    } catch (IOException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.INPUT,
          "The event files in " + folder.path() + " cannot be deleted: " + Reason.of(e) + ".",
          e);
    }
  }

  /** The last step of a file; {@link Long#MIN_VALUE} for other files. */
  private static long step(String name) {
    boolean ours = name.matches("events\\.out\\.tfevents\\.\\d{12}\\.palimpsest");
    return ours
        ? Long.parseLong(name.substring(PREFIX.length(), name.length() - SUFFIX.length()))
        : Long.MIN_VALUE;
  }

  /**
   * Adds a file.
   *
   * @param points points in the order of their steps
   */
  public void append(List<Progress> points) {
    if (points.isEmpty()) {
      return;
    }
    Progress last = points.get(points.size() - 1);
    double now = System.currentTimeMillis() / 1e3;
    String name = String.format("%s%012d%s", PREFIX, last.step(), SUFFIX);
    folder.write(
        name,
        out -> {
          EventFile events = new EventFile(out, now);
          for (Progress point : points) {
            scalars(events, point, now - (last.seconds() - point.seconds()));
          }
        });
  }

  private static void scalars(EventFile events, Progress point, double time) throws IOException {
    events.scalar("train/loss", point.step(), time, point.loss());
    events.scalar("train/learning rate", point.step(), time, point.learningRate());
    events.scalar("train/skipped steps", point.step(), time, (double) point.skippedSteps());
    events.scalar(
        "speed/target tokens a second", point.step(), time, point.targetTokensPerSecond());
    events.scalar("speed/raw tokens a second", point.step(), time, point.rawTokensPerSecond());
    events.scalar("speed/waiting share", point.step(), time, point.waitingShare());
    events.scalar("exchange/bytes", point.step(), time, (double) point.bytesExchanged());
  }
}
