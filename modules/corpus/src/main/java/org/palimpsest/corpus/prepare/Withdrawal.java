package org.palimpsest.corpus.prepare;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Secrets;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.corpus.read.CorpusSplit;
import org.palimpsest.corpus.read.Generation;
import org.palimpsest.corpus.read.Layout;
import org.palimpsest.corpus.read.Manifest;
import org.palimpsest.corpus.read.Origin;
import org.palimpsest.corpus.read.Removal;
import org.palimpsest.corpus.spark.Failures;
import org.palimpsest.corpus.spark.HadoopSettings;
import org.palimpsest.corpus.store.StoreWriter;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;
import scala.Tuple2;

/**
 * Withdraws text from a corpus: adds a generation that lists every block with a token of it. Lanes
 * stay as they are, and readers pass over these blocks; {@link Purge} deletes their content.
 */
public final class Withdrawal {
  private static final String STAGE = "Find withdrawn text";

  private final JavaSparkContext spark;
  private final StoredFolder folder;
  private final List<String> names;

  private Withdrawal(SparkSession session, CorpusSettings settings, List<String> names) {
    spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    folder = new StoredFolder(new Path(settings.path()), spark.hadoopConfiguration());
    this.names = names.stream().map(Secrets::redacted).distinct().toList();
  }

  /**
   * Withdraws all text of some inputs, as the manifest names them, or of sources, as the lists of
   * rejected records name them: a file, or a folder of files. Text that is withdrawn already
   * changes nothing.
   *
   * @param settings of which only the location of the corpus and its lease matter
   * @throws PalimpsestException of kind INPUT if there is no corpus, it has no such text, or it
   *     does not record which blocks have it
   */
  public static Corpus run(SparkSession session, CorpusSettings settings, List<String> names) {
    Withdrawal withdrawal = new Withdrawal(session, settings, names);
    Corpus unused = withdrawal.open();
    CorpusSettings.Writing writing = settings.writing();
    try (StoreWriter<Manifest> writer =
        Manifest.store(withdrawal.folder).writer(writing.lease(), writing.keepReplaced())) {
      return withdrawal.run(writer);
    }
  }

  private Corpus open() {
    return Corpus.open(folder.path(), spark.hadoopConfiguration());
  }

  private Corpus run(StoreWriter<Manifest> writer) {
    Corpus corpus = open();
    Manifest manifest = corpus.manifest();
    WithdrawnSources sources = new WithdrawnSources(corpus, names);
    Found training = found(corpus.training(), lanes(manifest, sources, true));
    Found validation = found(corpus.validation(), lanes(manifest, sources, false));
    sources.requireAll(union(training.names, validation.names));
    if (training.ids.length + validation.ids.length == 0) {
      return corpus;
    }
    requireRest(corpus, training.ids);
    Removal removal =
        new Removal(
            names,
            written(corpus.training().name(), training.ids),
            written(corpus.validation().name(), validation.ids),
            null);
    List<Generation> generations = new ArrayList<>(manifest.generations());
    generations.add(Generation.of(removal));
    writer.publish(
        new Manifest(
            manifest.shape(),
            manifest.splits(),
            manifest.filtering(),
            new Origin(manifest.settings(), generations)));
    return open();
  }

  private static void requireRest(Corpus corpus, long[] training) {
    if (corpus.training().blocks() == training.length) {
      throw PalimpsestException.input(
          "Without that text the corpus %s has no training blocks: prepare it again with --fresh."
              .formatted(Secrets.redacted(corpus.path().toString())));
    }
  }

  private Removal.Blocks written(String split, long[] ids) {
    if (ids.length == 0) {
      return null;
    }
    String lines = Arrays.stream(ids).mapToObj(id -> id + "\n").collect(Collectors.joining());
    String name = "%s/%s-%.8s.txt".formatted(Layout.REMOVED, split, UUID.randomUUID().toString());
    StoredFile file =
        folder.write(name, out -> out.write(lines.getBytes(StandardCharsets.US_ASCII)));
    return new Removal.Blocks(file, ids.length);
  }

  private static Set<String> union(Set<String> one, Set<String> other) {
    Set<String> all = new TreeSet<>(one);
    all.addAll(other);
    return all;
  }

  private static List<SearchedLane> lanes(
      Manifest manifest, WithdrawnSources sources, boolean isTraining) {
    List<SearchedLane> lanes = new ArrayList<>();
    int first = 0;
    for (Generation generation : manifest.generations()) {
      int count = isTraining ? generation.trainingLanes() : generation.validationLanes();
      WithdrawnSources.Match match = sources.in(generation);
      for (int i = 0; i < count && match.isAny(); i++) {
        int inLists = isTraining ? i : generation.trainingLanes() + i;
        StoredFile list =
            match.isWhole() ? null : generation.recordedSources().orElseThrow().get(inLists);
        lanes.add(new SearchedLane(first + i, match, list));
      }
      first += count;
    }
    return lanes;
  }

  /**
   * What was found.
   *
   * @param ids of the blocks to remove, in ascending order
   * @param names of which there are blocks, removed ones included
   */
  private record Found(long[] ids, Set<String> names) implements Serializable {}

  private Found found(CorpusSplit split, List<SearchedLane> lanes) {
    if (lanes.isEmpty()) {
      return new Found(new long[0], Set.of());
    }
    HadoopSettings hadoop = new HadoopSettings(spark.hadoopConfiguration());
    String path = folder.path().toString();
    spark.setCallSite(STAGE);
    try {
      SearchedLane[] searched = lanes.toArray(SearchedLane[]::new);
      List<Tuple2<long[], String>> found =
          spark
              .parallelize(IntStream.range(0, lanes.size()).boxed().toList(), lanes.size())
              .map(
                  lane ->
                      searched[lane].found(
                          split, new StoredFolder(new Path(path), hadoop.configuration())))
              .collect();
      return new Found(
          found.stream().flatMapToLong(lane -> Arrays.stream(lane._1())).sorted().toArray(),
          found.stream().flatMap(lane -> lane._2().lines()).collect(Collectors.toSet()));
    } catch (Exception e) {
      // Scala throws checked exceptions without declaring them.
      throw Failures.of(STAGE, e);
    } finally {
      spark.clearCallSite();
    }
  }

  /**
   * A lane in which blocks are searched.
   *
   * @param match what is searched
   * @param list the file of the sources of its blocks; null if all of them are withdrawn
   */
  private record SearchedLane(int number, WithdrawnSources.Match match, StoredFile list)
      implements Serializable {

    /** Returns the ids of blocks to remove, and the names of which there are blocks, as lines. */
    Tuple2<long[], String> found(CorpusSplit split, StoredFolder folder) {
      long rows = split.withRemoved().rows(number);
      LongStream.Builder ids = LongStream.builder();
      Set<String> names = new TreeSet<>();
      try (BlockSources.Reader sources = list == null ? null : reader(folder)) {
        for (long row = 0; row < rows; row++) {
          boolean isWithdrawn = sources == null || matches(sources.next(), names);
          if (isWithdrawn && !split.isRemoved(number, row)) {
            ids.add(split.id(number, row));
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(folder.resolve(list.name()) + " cannot be read", e);
      }
      if (match.isWhole()) {
        match.sources().forEach(named -> names.add(named.name()));
      }
      return new Tuple2<>(ids.build().toArray(), String.join("\n", names));
    }

    private boolean matches(List<String> sources, Set<String> names) {
      boolean isWithdrawn = false;
      for (WithdrawnSources.Named named : match.sources()) {
        if (sources.stream().anyMatch(named::has)) {
          names.add(named.name());
          isWithdrawn = true;
        }
      }
      return isWithdrawn;
    }

    private BlockSources.Reader reader(StoredFolder folder) {
      return new BlockSources.Reader(folder.open(list.name()));
    }
  }
}
