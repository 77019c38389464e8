package org.palimpsest.dl4j.spark.data;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.fs.Path;
import org.apache.spark.Partitioner;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.util.SerializableConfiguration;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.palimpsest.base.KeyedHash;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.dl4j.spark.data.ExportedBatches.Entry;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;
import scala.Tuple2;

/**
 * Writes an RDD to numbered batches, once, like Deeplearning4j's own masters: the result can be
 * read from any position, in any order, by any number of workers.
 *
 * <p>For shuffling, every data set gets a key that is a function of the seed, its partition, and
 * its position there, and Spark sorts by the key; the same RDD gives the same result. Data sets are
 * sent as bytes, which every serializer of Spark supports. The driver receives one line per file.
 */
public record DataExport(
    String folder, int batchSize, long seed, Kind kind, SerializableConfiguration fs)
    implements Serializable {

  /** The order of the data sets. */
  public enum Kind {
    AS_IS,
    SHUFFLED
  }

  /**
   * Exports data sets.
   *
   * @throws PalimpsestException of kind INPUT if there are none
   */
  ExportedBatches write(JavaRDD<? extends MultiDataSet> data) {
    return kind == Kind.AS_IS
        ? written(data.mapPartitions(all -> List.of(file(encoded(all))).iterator()))
        : written(
            shuffled(data.map(StoredBatch::bytes))
                .mapPartitions(all -> List.of(file(encoded(decoded(all)))).iterator()));
  }

  /** Exports paths; every path is a batch. */
  ExportedBatches writePaths(JavaRDD<String> paths) {
    JavaRDD<byte[]> bytes = paths.map(path -> path.getBytes(StandardCharsets.UTF_8));
    return written(
        (kind == Kind.AS_IS ? bytes : shuffled(bytes))
            .mapPartitions(all -> List.of(file(all)).iterator()));
  }

  private JavaRDD<byte[]> shuffled(JavaRDD<byte[]> data) {
    int partitions = Math.max(1, data.getNumPartitions());
    JavaPairRDD<Long, byte[]> keyed =
        data.mapPartitionsWithIndex(this::keyed, false).mapToPair(pair -> pair);
    return keyed.repartitionAndSortWithinPartitions(new ByKey(partitions)).values();
  }

  private Iterator<Tuple2<Long, byte[]>> keyed(int partition, Iterator<byte[]> data) {
    AtomicLong position = new AtomicLong();
    return new MappedIterator<>(
        data,
        one -> new Tuple2<>(KeyedHash.of(0, seed, partition, position.getAndIncrement()), one));
  }

  private static Iterator<MultiDataSet> decoded(Iterator<byte[]> data) {
    return new MappedIterator<>(data, BatchDecoder::stored);
  }

  private Iterator<byte[]> encoded(Iterator<? extends MultiDataSet> data) {
    return new MappedIterator<>(new Rebatching(data, batchSize), StoredBatch::bytes);
  }

  /** In the task: writes one file under a name of this attempt. */
  private String file(Iterator<byte[]> batches) {
    TaskContext task = TaskContext.get();
    String name = String.format("pieces-%05d-%d.bin", task.partitionId(), task.taskAttemptId());
    StoredFolder files = new StoredFolder(new Path(folder), fs.value());
    long[] count = new long[1];
    StoredFile file = files.write(name, out -> count[0] = BatchFile.write(batches, out));
    return new Entry(name, file.size(), count[0]).toJson();
  }

  private ExportedBatches written(JavaRDD<String> files) {
    List<Entry> full =
        files.collect().stream().map(Entry::fromJson).filter(file -> file.count() > 0).toList();
    if (full.isEmpty()) {
      throw PalimpsestException.input("The RDD passed to fit has no examples: pass one with data.");
    }
    return new ExportedBatches(folder, full);
  }

  /** Partitions by equal ranges of keys. */
  private static final class ByKey extends Partitioner {
    private static final long serialVersionUID = 1L;

    private final int partitions;

    ByKey(int partitions) {
      this.partitions = partitions;
    }

    @Override
    public int numPartitions() {
      return partitions;
    }

    @Override
    public int getPartition(Object key) {
      return KeyedHash.below((Long) key, partitions);
    }
  }
}
