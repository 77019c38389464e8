package org.palimpsest.training.saving;

import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.palimpsest.model.Trainable;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.LargeWorkload;
import org.palimpsest.training.SparseFileSystem;
import org.palimpsest.training.SparseVector;
import org.palimpsest.training.checkpoint.VectorFile;

/** The moments of 3·10⁹ parameters of two workers, of which a third one restores the mean. */
final class LargeMomentsRun {
  private static final long SIZE = 3_000_000_001L;

  private LargeMomentsRun() {}

  /** Argument: an empty folder. */
  public static void main(String[] arguments) {
    Configuration hadoop = SparseFileSystem.installed();
    StoredFolder folder = new StoredFolder(new Path("sparse:" + arguments[0], "moments"), hadoop);
    StoredFile file = VectorFile.write(folder, "optimizer-00000.bin", SparseVector.marked(SIZE, 4));
    System.out.println("bytes: " + file.size());

    SparseVector moments = SparseVector.marked(SIZE, 9);
    Trainable<Integer> replica = LargeWorkload.replicaOf(moments, moments);
    new WorkerVectors(folder.path().toString(), List.of(file, file), List.of(1.0, 3.0), 5)
        .restore(replica, 0, 3, hadoop);

    long right =
        moments.numbers().entrySet().stream()
            .filter(entry -> entry.getValue() == 4 * SparseVector.mark(entry.getKey()))
            .count();
    System.out.println("numbers: " + moments.numbers().size());
    System.out.println("right: " + right);
    System.out.println("updates: " + replica.updates());
  }
}
