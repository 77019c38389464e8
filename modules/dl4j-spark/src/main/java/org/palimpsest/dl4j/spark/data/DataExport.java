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
import org.palimpsest.dl4j.spark.data.ExportedBatches.Part;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;
import scala.Tuple2;

/**
 * Writes an RDD into numbered pieces, once, as Deeplearning4j's own masters do: what comes out can
 * be read from any place on, in any order, by any number of workers, and is computed once.
 *
 * <p>Shuffled, every data set gets a key that is a function of the seed, its partition, and its
 * place there, and Spark sorts by it; the result is the same for the same RDD. Data sets travel as
 * bytes, which every serializer of Spark carries. The driver sees a line a file.
 */
public record DataExport(
    String folder, int batchSize, long seed, Kind kind, SerializableConfiguration fs)
    implements Serializable {

  /** In which order data sets come to stand. */
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
        ? written(data.mapPartitions(all -> List.of(part(encoded(all))).iterator()))
        : written(
            shuffled(data.map(Rebatching::bytes))
                .mapPartitions(all -> List.of(part(encoded(decoded(all)))).iterator()));
  }

  /** Exports paths; every file is a piece. */
  ExportedBatches writePaths(JavaRDD<String> paths) {
    JavaRDD<byte[]> bytes = paths.map(path -> path.getBytes(StandardCharsets.UTF_8));
    return written(
        (kind == Kind.AS_IS ? bytes : shuffled(bytes))
            .mapPartitions(all -> List.of(part(all)).iterator()));
  }

  private JavaRDD<byte[]> shuffled(JavaRDD<byte[]> data) {
    int parts = Math.max(1, data.getNumPartitions());
    JavaPairRDD<Long, byte[]> keyed =
        data.mapPartitionsWithIndex(this::keyed, false).mapToPair(pair -> pair);
    return keyed.repartitionAndSortWithinPartitions(new ByKey(parts)).values();
  }

  private Iterator<Tuple2<Long, byte[]>> keyed(int partition, Iterator<byte[]> data) {
    AtomicLong place = new AtomicLong();
    return new MappedIterator<>(
        data, one -> new Tuple2<>(KeyedHash.of(0, seed, partition, place.getAndIncrement()), one));
  }

  private static Iterator<MultiDataSet> decoded(Iterator<byte[]> data) {
    return new MappedIterator<>(data, BatchDecoder::stored);
  }

  private Iterator<byte[]> encoded(Iterator<? extends MultiDataSet> data) {
    return new MappedIterator<>(new Rebatching(data, batchSize), Rebatching::bytes);
  }

  /** In the task: writes one file under a name of this attempt alone. */
  private String part(Iterator<byte[]> pieces) {
    TaskContext task = TaskContext.get();
    String name = String.format("pieces-%05d-%d.bin", task.partitionId(), task.taskAttemptId());
    StoredFolder files = new StoredFolder(new Path(folder), fs.value());
    long[] count = new long[1];
    StoredFile file = files.write(name, out -> count[0] = BatchFile.write(pieces, out));
    return new Part(name, file.size(), count[0]).toJson();
  }

  private ExportedBatches written(JavaRDD<String> parts) {
    List<Part> full =
        parts.collect().stream().map(Part::fromJson).filter(part -> part.count() > 0).toList();
    if (full.isEmpty()) {
      throw PalimpsestException.input(
          "There is nothing to train on: the RDD given to fit has no examples.");
    }
    return new ExportedBatches(folder, full);
  }

  /** Equal shares of the range of keys. */
  private static final class ByKey extends Partitioner {
    private static final long serialVersionUID = 1L;

    private final int parts;

    ByKey(int parts) {
      this.parts = parts;
    }

    @Override
    public int numPartitions() {
      return parts;
    }

    @Override
    public int getPartition(Object key) {
      return KeyedHash.below((Long) key, parts);
    }
  }
}
