package org.palimpsest.corpus.prepare;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.lane.BlockBuffer;
import org.palimpsest.corpus.lane.LaneWriter;
import org.palimpsest.corpus.read.BlockReader;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.corpus.read.CorpusSplit;
import org.palimpsest.corpus.read.EpochBlock;
import org.palimpsest.corpus.read.Generation;
import org.palimpsest.corpus.read.Manifest;
import org.palimpsest.corpus.read.Origin;
import org.palimpsest.corpus.read.Removal;
import org.palimpsest.corpus.spark.Failures;
import org.palimpsest.corpus.store.AttemptFiles;
import org.palimpsest.corpus.store.StoreWriter;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;

/**
 * Deletes withdrawn text for good: writes every lane that has some again, with empty blocks in its
 * place, so that all other blocks keep their rows and their ids, and deletes the lanes that it
 * replaces at once.
 */
public final class Purge {
  private static final String STAGE = "Delete withdrawn text";

  private final JavaSparkContext spark;

  private Purge(SparkSession session) {
    spark = JavaSparkContext.fromSparkContext(session.sparkContext());
  }

  /**
   * Deletes the content of all blocks that removals list. Changes nothing if there is none.
   *
   * @param settings of which only the location of the corpus and its lease matter
   * @throws PalimpsestException of kind INPUT if there is no corpus; of kind CLUSTER if another
   *     process writes it
   */
  public static Corpus run(SparkSession session, CorpusSettings settings) {
    Purge purge = new Purge(session);
    Path path = new Path(settings.path());
    StoredFolder folder = new StoredFolder(path, purge.spark.hadoopConfiguration());
    Corpus unused = Corpus.open(path, purge.spark.hadoopConfiguration());
    try (StoreWriter<Manifest> writer =
        Manifest.store(folder).writer(settings.writing().lease(), Duration.ZERO)) {
      Corpus corpus = Corpus.open(path, purge.spark.hadoopConfiguration());
      if (removals(corpus).findAny().isEmpty()) {
        return corpus;
      }
      // A purge that was killed may have left files that its manifest replaced.
      boolean isPurged = removals(corpus).allMatch(Removal::wasPurged);
      writer.publish(isPurged ? corpus.manifest() : purge.purged(corpus, writer.files()));
    }
    return Corpus.open(path, purge.spark.hadoopConfiguration());
  }

  private static Stream<Removal> removals(Corpus corpus) {
    return corpus.manifest().generations().stream()
        .flatMap(generation -> generation.removed().stream());
  }

  private Manifest purged(Corpus corpus, AttemptFiles files) {
    Manifest manifest = corpus.manifest();
    return new Manifest(
        manifest.shape(),
        new Manifest.Splits(
            purged(corpus.training(), manifest, manifest.training(), files),
            purged(corpus.validation(), manifest, manifest.validation(), files)),
        manifest.filtering(),
        new Origin(
            manifest.settings(), manifest.generations().stream().map(Generation::purged).toList()));
  }

  private Manifest.SplitEntry purged(
      CorpusSplit split, Manifest manifest, Manifest.SplitEntry entry, AttemptFiles files) {
    List<Integer> lanes =
        IntStream.range(0, split.lanes())
            .filter(lane -> split.rows(lane) < split.withRemoved().rows(lane))
            .boxed()
            .toList();
    if (lanes.isEmpty()) {
      return entry;
    }
    int rowGroup = manifest.rowGroupBlocks();
    List<LaneReport> written =
        inStage(
            () ->
                spark
                    .parallelize(lanes, lanes.size())
                    .map(lane -> purged(split, lane, rowGroup, files))
                    .collect());
    return without(entry, lanes, written, split.blockSize());
  }

  private interface Job<T> {
    T done();
  }

  private <T> T inStage(Job<T> job) {
    spark.setCallSite(STAGE);
    try {
      return job.done();
    } catch (Exception e) {
      // Scala throws checked exceptions without declaring them.
      throw Failures.of(STAGE, e);
    } finally {
      spark.clearCallSite();
    }
  }

  /** The split without what was deleted; documents and sentences in it are not known. */
  private static Manifest.SplitEntry without(
      Manifest.SplitEntry entry, List<Integer> numbers, List<LaneReport> purged, int blockSize) {
    List<Manifest.LaneEntry> lanes = new ArrayList<>(entry.lanes());
    LaneReport.Counts deleted = LaneReport.Counts.none(blockSize);
    for (int i = 0; i < purged.size(); i++) {
      Manifest.LaneEntry before = lanes.get(numbers.get(i));
      lanes.set(
          numbers.get(i),
          new Manifest.LaneEntry(purged.get(i).file(), before.rows(), before.preparedSha256()));
      deleted = deleted.plus(purged.get(i).counts());
    }
    List<Manifest.LengthClass> lengths = new ArrayList<>();
    List<Manifest.LengthClass> less = deleted.lengthClasses();
    for (int i = 0; i < entry.blockLengths().size(); i++) {
      Manifest.LengthClass length = entry.blockLengths().get(i);
      lengths.add(new Manifest.LengthClass(length.upTo(), length.blocks() - less.get(i).blocks()));
    }
    long tokens = entry.tokens() - deleted.tokens();
    return new Manifest.SplitEntry(
        entry.documents(),
        entry.sentences(),
        tokens,
        entry.blocks(),
        entry.utf8Bytes() - deleted.utf8Bytes(),
        Manifest.SplitEntry.paddingShare(tokens, entry.blocks(), blockSize),
        lengths,
        lanes);
  }

  /** Writes a lane again. Returns its file, and the counts of what is no longer in it. */
  private static LaneReport purged(CorpusSplit split, int lane, int rowGroup, AttemptFiles files) {
    long[] byLength = new long[split.blockSize() + 1];
    long[] sums = new long[2];
    StoredFile file =
        files.write(
            "%s/lane-%05d".formatted(split.name(), lane),
            ".parquet",
            out -> {
              try (LaneWriter writer = new LaneWriter(out, rowGroup);
                  BlockReader reader = split.withRemoved().lane(lane)) {
                BlockBuffer buffer = new BlockBuffer(split.blockSize());
                while (reader.hasNext()) {
                  EpochBlock block = reader.next();
                  if (split.isRemoved(lane, writer.rows())) {
                    buffer.clear();
                    byLength[block.block().length()]++;
                    sums[0] += block.block().length();
                    sums[1] += block.utf8Bytes();
                  } else {
                    buffer.set(block.block(), block.utf8Bytes());
                  }
                  writer.write(buffer);
                }
              }
            });
    return new LaneReport(
        file,
        LaneReport.Lists.none(),
        new LaneReport.Counts(0, 0, sums[0], 0, sums[1], byLength),
        LaneReport.Filtered.none());
  }
}
