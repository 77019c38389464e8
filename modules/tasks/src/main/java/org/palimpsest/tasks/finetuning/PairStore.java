package org.palimpsest.tasks.finetuning;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.tokenize.TokenizerFile;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.tasks.finetuning.PairTask.Report;
import scala.Tuple2;

/** Encoded pairs in a folder, which exists through its manifest. */
record PairStore(StoredFolder folder, PairManifest manifest) {

  /** Places are compared as text; duplicates of a pair are the same bytes in any order. */
  private static final class ByPlace
      implements Comparator<Tuple2<Integer, String>>, java.io.Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public int compare(Tuple2<Integer, String> a, Tuple2<Integer, String> b) {
      return a._2().compareTo(b._2());
    }
  }

  /**
   * Opens the folder, or encodes the pairs into it if there is none yet.
   *
   * @throws PalimpsestException of kind INPUT if there are no usable pairs, or too many unusable
   *     ones; of kind CONFIGURATION if the folder holds others
   */
  static PairStore open(
      SparkSession spark, Path path, PairSettings settings, TokenizerFile tokenizer) {
    StoredFolder folder = new StoredFolder(path, spark.sparkContext().hadoopConfiguration());
    Map<String, String> identity = settings.identity(tokenizer.sha256());
    if (!folder.hasManifest()) {
      return encode(spark, folder, settings, tokenizer);
    }
    PairStore store = new PairStore(folder, PairManifest.of(folder));
    store.requireSame(identity);
    return store;
  }

  private void requireSame(Map<String, String> wanted) {
    TreeSet<String> keys = new TreeSet<>(wanted.keySet());
    keys.addAll(manifest.settings().keySet());
    for (String key : keys) {
      String before = manifest.settings().getOrDefault(key, "absent");
      String now = wanted.getOrDefault(key, "absent");
      if (!before.equals(now)) {
        throw PalimpsestException.configuration(
            "The pairs in %s were made with another %s (%s, now %s): choose another run.directory, or start over with --fresh."
                .formatted(folder.path(), key, before, now));
      }
    }
  }

  private static PairStore encode(
      SparkSession spark, StoredFolder folder, PairSettings settings, TokenizerFile tokenizer) {
    PairPlan plan = new PairPlan(settings);
    PairEncoder encoder = new PairEncoder(tokenizer, settings, plan);
    PairTask task =
        new PairTask(
            folder.path().toString(),
            UUID.randomUUID().toString().substring(0, 8),
            new SerializableConfiguration(spark.sparkContext().hadoopConfiguration()));
    List<Report> reports =
        JavaPairRDD.fromJavaRDD(
                new PairFiles(spark, settings).rows().javaRDD().map(encoder::encode))
            .repartitionAndSortWithinPartitions(plan, new ByPlace())
            .mapPartitionsWithIndex(
                (partition, records) -> List.of(task.write(partition, records)).iterator(), false)
            .collect();
    PairManifest manifest = PairManifest.of(settings.identity(tokenizer.sha256()), reports);
    requireEnough(settings, manifest, folder);
    manifest.publish(folder);
    return new PairStore(folder, manifest);
  }

  private static void requireEnough(
      PairSettings settings, PairManifest manifest, StoredFolder folder) {
    long bad = manifest.rejected().values().stream().mapToLong(Long::longValue).sum();
    long all = manifest.pairs() + manifest.validation().rows() + bad;
    if (bad > settings.maxRejected() * all) {
      throw PalimpsestException.input(
          "%d of %d records are no pairs, more than finetune.max-rejected = %s allows: %s (all are named in %s)."
              .formatted(bad, all, settings.maxRejected(), manifest.reasons(), folder.path()));
    }
    if (manifest.pairs() == 0) {
      throw PalimpsestException.input(
          "The input %s has no pairs to learn from: give more, or lower finetune.validation-share."
              .formatted(settings.inputs()));
    }
  }

  PairPart training() {
    return part(manifest.training());
  }

  PairPart validation() {
    return part(List.of(manifest.validation()));
  }

  private PairPart part(List<PairLane> lanes) {
    return new PairPart(
        folder.path().toString(),
        lanes,
        new SerializableConfiguration(folder.fileSystem().getConf()));
  }
}
