package org.palimpsest.dl4j.spark.session;

import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.palimpsest.dl4j.spark.network.DriverNetwork;
import org.palimpsest.dl4j.spark.network.GraphTrainable.Counts;
import org.palimpsest.model.Trainable;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.checkpoint.VectorFile;
import org.palimpsest.training.workload.ReplicaSize;

/**
 * The initial state of a session's network: in files that every worker reads, so that vectors leave
 * the driver once and never in a task.
 *
 * @param folder folder of the files
 * @param parameters file of the parameters
 * @param updaterState file of the updater's state
 * @param counts iterations and epochs so far
 */
record InitialNetwork(String folder, StoredFile parameters, StoredFile updaterState, Counts counts)
    implements Serializable {

  static InitialNetwork write(StoredFolder folder, DriverNetwork network) {
    return new InitialNetwork(
        folder.path().toString(),
        VectorFile.write(folder, "parameters.bin", network.parameters()),
        VectorFile.write(folder, "updater.bin", network.updaterVector()),
        network.counts());
  }

  /** Counts at the start of a fit. */
  Counts counts(int fit) {
    return new Counts(counts.iteration(), counts.epoch() + fit);
  }

  ReplicaSize replicaSize() {
    return new ReplicaSize(parameters.size() / Float.BYTES, updaterState.size() / Float.BYTES);
  }

  void read(Trainable<?> replica, Configuration hadoop) {
    StoredFolder files = new StoredFolder(new Path(folder), hadoop);
    VectorFile.read(files, parameters, replica.parameters());
    VectorFile.read(files, updaterState, replica.optimizerState());
  }
}
