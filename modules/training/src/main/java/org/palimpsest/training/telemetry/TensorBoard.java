package org.palimpsest.training.telemetry;

import java.io.IOException;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.Reason;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.event.Progress;

/**
 * {@code RUN/tensorboard}: what {@code metrics.jsonl} says, for TensorBoard. No file system of an
 * object store can append, so each checkpoint brings a small file of its own, named after its step;
 * TensorBoard reads them one after the other as one run.
 */
public final class TensorBoard {
  private static final String PREFIX = "events.out.tfevents.";
  private static final String SUFFIX = ".palimpsest";

  private final StoredFolder folder;

  /** In a folder that need not exist yet. */
  public TensorBoard(StoredFolder folder) {
    this.folder = folder;
  }

  /** Deletes what lies after a step, because it will be done again. */
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

  /** The last step that a file tells of; of a file that is not ours, none. */
  private static long step(String name) {
    boolean ours = name.matches("events\\.out\\.tfevents\\.\\d{12}\\.palimpsest");
    return ours
        ? Long.parseLong(name.substring(PREFIX.length(), name.length() - SUFFIX.length()))
        : Long.MIN_VALUE;
  }

  /**
   * Adds a file.
   *
   * @param points in the order of their steps
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
