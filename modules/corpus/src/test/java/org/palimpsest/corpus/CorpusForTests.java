package org.palimpsest.corpus;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.palimpsest.corpus.bpe.BytePairTrainer;
import org.palimpsest.corpus.bpe.TokenizerJson;
import org.palimpsest.corpus.bpe.WordCount;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.lane.LaneWriter;
import org.palimpsest.corpus.prepare.BlockCutter;
import org.palimpsest.corpus.read.BlockOrder;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.corpus.read.Filtering;
import org.palimpsest.corpus.read.Layout;
import org.palimpsest.corpus.read.Manifest;
import org.palimpsest.corpus.read.Origin;
import org.palimpsest.corpus.tokenize.EncodedDocument;
import org.palimpsest.corpus.tokenize.TokenizerFile;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;

/** Small corpora, written without Spark. */
public final class CorpusForTests {
  private CorpusForTests() {}

  /** Returns a tokenizer with 256 bytes, some merges, the mode tokens of ul2, and 16 sentinels. */
  public static TokenizerFile tokenizer() {
    List<WordCount> words =
        List.of(
            new WordCount(" the", 50),
            new WordCount(" there", 20),
            new WordCount(" then", 20),
            new WordCount("house", 15),
            new WordCount(" house", 15),
            new WordCount(" über", 5));
    return new TokenizerFile(
        TokenizerJson.write(
            BytePairTrainer.train(words, 40, 2), List.of("[NLU]", "[NLG]", "[S2S]"), 16));
  }

  /** Returns random documents of random lengths. */
  public static List<EncodedDocument> documents(int count, int longest, long seed) {
    Random random = new Random(seed);
    List<EncodedDocument> documents = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int[] tokens = random.ints(1 + random.nextInt(longest), 10, 200).toArray();
      int second = tokens.length / 2;
      documents.add(
          new EncodedDocument(tokens, second == 0 ? new int[] {0} : new int[] {0, second}));
    }
    return documents;
  }

  /** Writes lanes with {@code documentsOf[l]} documents each, and the manifest. */
  public static Corpus write(Path path, int blockSize, int rowGroupBlocks, int... documentsOf) {
    return write(path, BlockOrder.Kind.ROW_GROUPS, blockSize, rowGroupBlocks, documentsOf);
  }

  /** Writes a corpus with an order of this kind, or with none recorded. */
  public static Corpus write(
      Path path, BlockOrder.Kind order, int blockSize, int rowGroupBlocks, int... documentsOf) {
    Configuration hadoop = new Configuration();
    StoredFolder folder = new StoredFolder(new org.apache.hadoop.fs.Path(path.toString()), hadoop);
    TokenizerFile tokenizer = tokenizer();
    List<Manifest.LaneEntry> lanes = new ArrayList<>();
    long[] sums = new long[4];
    for (int lane = 0; lane < documentsOf.length; lane++) {
      lanes.add(lane(folder, tokenizer, blockSize, rowGroupBlocks, documentsOf[lane], lane, sums));
    }
    StoredFile file = folder.write(Layout.tokenizer(tokenizer), out -> out.write(tokenizer.json()));
    Manifest.SplitEntry split =
        new Manifest.SplitEntry(sums[0], sums[0], sums[1], sums[2], sums[3], 0, List.of(), lanes);
    Manifest.SplitEntry none = new Manifest.SplitEntry(0, 0, 0, 0, 0, 0, List.of(), List.of());
    Manifest manifest =
        new Manifest(
            new Manifest.Shape(
                file,
                tokenizer.tokenizer().vocabulary().size(),
                0,
                blockSize,
                rowGroupBlocks,
                order),
            new Manifest.Splits(split, none),
            new Filtering(Map.of(), List.of(), Map.of()),
            new Origin(Map.of(), null));
    folder.publish(manifest.json());
    return Corpus.open(folder.path(), hadoop);
  }

  private static Manifest.LaneEntry lane(
      StoredFolder folder,
      TokenizerFile tokenizer,
      int blockSize,
      int rowGroupBlocks,
      int documents,
      int lane,
      long[] sums) {
    long[] rows = new long[1];
    StoredFile file =
        folder.write(
            Layout.TRAINING + "/lane-" + lane + ".parquet",
            out -> {
              try (LaneWriter writer = new LaneWriter(out, rowGroupBlocks)) {
                BlockCutter cutter =
                    BlockCutter.of(
                        CorpusSettings.Policy.CONCATENATE,
                        tokenizer.tokenizer(),
                        blockSize,
                        block -> {
                          writer.write(block);
                          sums[1] += block.length();
                          sums[3] += block.utf8Bytes();
                        });
                for (EncodedDocument document : documents(documents, 3 * blockSize, lane)) {
                  cutter.add(document);
                }
                cutter.finish();
                rows[0] = writer.rows();
              }
            });
    sums[0] += documents;
    sums[2] += rows[0];
    return new Manifest.LaneEntry(file, rows[0], null);
  }

  public static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
