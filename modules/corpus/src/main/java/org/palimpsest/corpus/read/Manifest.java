package org.palimpsest.corpus.read;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.palimpsest.corpus.store.ShardedStore;
import org.palimpsest.corpus.store.StoreFormat;
import org.palimpsest.corpus.store.StoreManifest;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;

/**
 * The manifest of a corpus; docs/reference/corpus.md describes its fields. The stored JSON has the
 * fields of all four components side by side.
 *
 * @param shape tokenizer, seed and block size
 * @param splits the training and validation blocks
 * @param filtering rejected and cleaned records
 * @param origin what the corpus was prepared from
 */
public record Manifest(Shape shape, Splits splits, Filtering filtering, Origin origin)
    implements StoreManifest {

  /** The format versions: the second one has removals, which earlier releases do not know. */
  private static final List<Integer> VERSIONS = List.of(1, 2);

  private static final StoreFormat<Manifest> FORMAT =
      new StoreFormat<>(
          "corpus",
          VERSIONS,
          new StoreFormat.Keys("corpus.path", "corpus.lease"),
          Layout.places(),
          Manifest::parse);

  private static final ObjectMapper JSON = new ObjectMapper();

  /** A row group has more bytes of metadata. */
  private static final int LEAST_ROW_GROUP_BYTES = 32;

  /** Reads one component, ignoring the fields of the others. */
  private static final ObjectReader COMPONENT =
      JSON.reader().without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /** Adds the generation that corpora without additions of early releases do not record. */
  public Manifest {
    if (origin.generations() == null) {
      Map<String, String> settings = origin.settings();
      origin = new Origin(settings, List.of(Generation.of(splits, settings)));
    }
  }

  /** Returns the store of a corpus in a folder. */
  public static ShardedStore<Manifest> store(StoredFolder folder) {
    return new ShardedStore<>(folder, FORMAT);
  }

  private static Manifest parse(ObjectNode node) throws JsonProcessingException {
    Manifest manifest =
        new Manifest(
            COMPONENT.treeToValue(node, Shape.class),
            COMPONENT.treeToValue(node, Splits.class),
            COMPONENT.treeToValue(node, Filtering.class),
            COMPONENT.treeToValue(node, Origin.class));
    manifest.requireConsistent();
    return manifest;
  }

  @Override
  public Stream<StoredFile> files() {
    return StoredLanes.named(this);
  }

  @JsonValue
  @Override
  public ObjectNode json() {
    boolean hasRemovals = generations().stream().anyMatch(g -> g.removed().isPresent());
    ObjectNode node =
        JSON.createObjectNode().put("schemaVersion", VERSIONS.get(hasRemovals ? 1 : 0));
    Stream.of(shape, splits, filtering, origin)
        .forEach(component -> node.setAll(JSON.<ObjectNode>valueToTree(component)));
    return node;
  }

  /**
   * What all blocks of a corpus share.
   *
   * @param tokenizer the tokenizer's file
   * @param vocabularySize number of token ids
   * @param seed key of hold-out and shuffle
   * @param blockSize tokens in a full block
   * @param rowGroupBlocks blocks in a row group
   * @param blockOrder the order in which runs read the blocks unless they choose another one; null
   *     for corpora of earlier releases, whose order is {@link BlockOrder.Kind#LANES}
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Shape(
      StoredFile tokenizer,
      int vocabularySize,
      long seed,
      int blockSize,
      int rowGroupBlocks,
      BlockOrder.Kind blockOrder) {
    public Shape {
      require(tokenizer != null, "it names no tokenizer");
      require(blockSize > 0 && rowGroupBlocks > 0, "its blocks or row groups have no size");
      require(
          (long) blockSize * rowGroupBlocks <= Integer.MAX_VALUE / 2,
          "its row groups have more than 2^30 tokens");
    }
  }

  /** The blocks of both splits. */
  public record Splits(SplitEntry training, SplitEntry validation) {
    public Splits {
      require(training != null && validation != null, "it lacks a split");
    }
  }

  /**
   * The training or validation split.
   *
   * @param documents number of documents
   * @param sentences number of sentences in them
   * @param tokens number of tokens in the blocks, including separators between documents
   * @param blocks number of blocks
   * @param utf8Bytes length of the text that the tokens represent, in bytes
   * @param paddingShare share of positions in the blocks without a token
   * @param blockLengths histogram of the blocks' lengths
   * @param lanes its files, by lane number
   */
  public record SplitEntry(
      long documents,
      long sentences,
      long tokens,
      long blocks,
      long utf8Bytes,
      double paddingShare,
      List<LengthClass> blockLengths,
      List<LaneEntry> lanes) {
    public SplitEntry {
      require(blockLengths != null && lanes != null, "a split lacks its lanes");
      require(
          blockLengths.stream().allMatch(Objects::nonNull)
              && lanes.stream().allMatch(Objects::nonNull),
          "a split lacks a lane");
      require(
          Stream.of(documents, sentences, tokens, blocks, utf8Bytes).allMatch(count -> count >= 0),
          "a count is negative");
      require(
          blocks == lanes.stream().mapToLong(LaneEntry::rows).sum(),
          "its lanes have another number of blocks than the split");
    }

    /** Returns this split with added lanes; existing lanes keep their numbers. */
    public SplitEntry plus(SplitEntry added, int blockSize) {
      long allTokens = tokens + added.tokens;
      long allBlocks = blocks + added.blocks;
      List<LaneEntry> allLanes = new ArrayList<>(lanes);
      allLanes.addAll(added.lanes);
      List<LengthClass> lengths = new ArrayList<>();
      for (int i = 0; i < blockLengths.size(); i++) {
        LengthClass length = blockLengths.get(i);
        lengths.add(
            new LengthClass(length.upTo(), length.blocks() + added.blockLengths.get(i).blocks()));
      }
      return new SplitEntry(
          documents + added.documents,
          sentences + added.sentences,
          allTokens,
          allBlocks,
          utf8Bytes + added.utf8Bytes,
          paddingShare(allTokens, allBlocks, blockSize),
          lengths,
          allLanes);
    }

    /** Returns the share of positions without a token. */
    public static double paddingShare(long tokens, long blocks, int blockSize) {
      return blocks == 0 ? 0 : 1 - (double) tokens / ((double) blocks * blockSize);
    }
  }

  /** The number of blocks with at most {@code upTo} tokens and more than the previous class. */
  public record LengthClass(int upTo, long blocks) {}

  /** A lane: its file, its number of blocks, and its checksum before a purge, or else null. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record LaneEntry(StoredFile file, long rows, String prepared) implements Serializable {
    public LaneEntry {
      require(file != null, "a lane has no file");
      require(rows >= 0, "a lane has a negative number of blocks");
    }

    /** The checksum that the file had when its generation was prepared. */
    public String preparedSha256() {
      return prepared == null ? file.sha256() : prepared;
    }
  }

  static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  /** Whether the lanes of the generations are those of the splits, and large enough. */
  private void requireConsistent() {
    List<Generation> all = generations();
    require(
        all.stream().mapToLong(Generation::trainingLanes).sum() == training().lanes().size()
            && all.stream().mapToLong(Generation::validationLanes).sum()
                == validation().lanes().size(),
        "its generations have another number of lanes than its splits");
    require(
        Stream.of(training(), validation())
            .flatMap(split -> split.lanes().stream())
            .allMatch(l -> l.rows / rowGroupBlocks() <= l.file.size() / LEAST_ROW_GROUP_BYTES),
        "a lane has more blocks than its size allows");
  }

  /** Returns this corpus with the lanes of another one of the same shape as new generations. */
  public Manifest plus(Manifest added) {
    List<Generation> generations = new ArrayList<>(generations());
    generations.addAll(added.generations());
    return new Manifest(
        shape,
        new Splits(
            training().plus(added.training(), blockSize()),
            validation().plus(added.validation(), blockSize())),
        filtering.plus(added.filtering),
        new Origin(settings(), generations));
  }

  public StoredFile tokenizer() {
    return shape.tokenizer();
  }

  public int vocabularySize() {
    return shape.vocabularySize();
  }

  public long seed() {
    return shape.seed();
  }

  public int blockSize() {
    return shape.blockSize();
  }

  public int rowGroupBlocks() {
    return shape.rowGroupBlocks();
  }

  /** Returns the order in which runs read the blocks unless they choose another one. */
  public BlockOrder.Kind order() {
    return shape.blockOrder() == null ? BlockOrder.Kind.LANES : shape.blockOrder();
  }

  public SplitEntry training() {
    return splits.training();
  }

  public SplitEntry validation() {
    return splits.validation();
  }

  public Map<String, Long> rejected() {
    return filtering.rejected();
  }

  public List<StoredFile> rejectedFiles() {
    return filtering.rejectedFiles();
  }

  public Map<String, Long> cleaned() {
    return filtering.cleaned();
  }

  @Override
  public Map<String, String> settings() {
    return origin.settings();
  }

  public List<Generation> generations() {
    return origin.generations();
  }
}
