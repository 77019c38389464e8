package org.palimpsest.corpus;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import org.palimpsest.corpus.bpe.WordCount;
import org.palimpsest.corpus.prepare.CleaningTally;
import org.palimpsest.corpus.prepare.PackedDocument;
import org.palimpsest.corpus.prepare.RejectedRecord;
import org.palimpsest.corpus.read.EpochBlock;
import org.palimpsest.corpus.store.LaneKey;
import org.palimpsest.corpus.text.CleaningCounts;
import org.palimpsest.corpus.text.Document;
import org.palimpsest.corpus.text.ReadingId;
import org.palimpsest.corpus.text.Rejection;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.TokenBlock;

/** Handwritten serializers, because Kryo 4 sets fields, and the fields of records are final. */
final class KryoSerializers {
  private KryoSerializers() {}

  private static void writeInts(Output out, int[] values, int length) {
    out.writeInt(length, true);
    for (int i = 0; i < length; i++) {
      out.writeInt(values[i], true);
    }
  }

  private static int[] readInts(Input in) {
    int[] values = new int[in.readInt(true)];
    for (int i = 0; i < values.length; i++) {
      values[i] = in.readInt(true);
    }
    return values;
  }

  /** All of these are immutable, so a copy can be shared. */
  private abstract static class OfValue<T> extends Serializer<T> {
    OfValue() {
      super(false, true);
    }
  }

  static final class OfTokenBlock extends OfValue<TokenBlock> {
    @Override
    public void write(Kryo kryo, Output out, TokenBlock block) {
      out.writeLong(block.id(), true);
      writeInts(out, block.tokens(), block.length());
      writeInts(out, block.sentenceStarts(), block.sentenceStarts().length);
      writeInts(out, block.documentStarts(), block.documentStarts().length);
    }

    @Override
    public TokenBlock read(Kryo kryo, Input in, Class<TokenBlock> type) {
      return new TokenBlock(in.readLong(true), readInts(in), readInts(in), readInts(in));
    }
  }

  static final class OfEpochBlock extends OfValue<EpochBlock> {
    @Override
    public void write(Kryo kryo, Output out, EpochBlock block) {
      out.writeLong(block.epoch(), true);
      kryo.writeObject(out, block.block());
      out.writeInt(block.utf8Bytes(), true);
    }

    @Override
    public EpochBlock read(Kryo kryo, Input in, Class<EpochBlock> type) {
      return new EpochBlock(
          in.readLong(true), kryo.readObject(in, TokenBlock.class), in.readInt(true));
    }
  }

  static final class OfDenoisingExample extends Serializer<DenoisingExample> {
    @Override
    public void write(Kryo kryo, Output out, DenoisingExample example) {
      out.writeLong(example.id(), true);
      out.writeInt(example.rawLength(), true);
      out.writeInt(example.spans(), true);
      out.writeInt(example.overflowedSpans(), true);
      writeInts(out, example.source(), example.sourceLength());
      out.writeInt(example.targetLength(), true);
      for (int t = 0; t < example.targetLength(); t++) {
        out.writeInt(example.decoderInput()[t], true);
        out.writeInt(example.decoderPositions()[t], true);
        out.writeInt(example.target()[t], true);
        out.writeByte(example.roles()[t]);
        out.writeBoolean(example.counted()[t]);
      }
    }

    @Override
    public DenoisingExample read(Kryo kryo, Input in, Class<DenoisingExample> type) {
      DenoisingExample example = new DenoisingExample(16);
      example.begin(in.readLong(true), in.readInt(true));
      example.noteSpans(in.readInt(true), in.readInt(true));
      int sourceLength = in.readInt(true);
      for (int i = 0; i < sourceLength; i++) {
        example.appendSource(in.readInt(true));
      }
      int targetLength = in.readInt(true);
      for (int t = 0; t < targetLength; t++) {
        example.appendTarget(
            in.readInt(true), in.readInt(true), in.readInt(true), in.readByte(), in.readBoolean());
      }
      return example;
    }

    @Override
    public DenoisingExample copy(Kryo kryo, DenoisingExample original) {
      return original.copy();
    }
  }

  static final class OfDocument extends OfValue<Document> {
    @Override
    public void write(Kryo kryo, Output out, Document document) {
      out.writeString(document.source());
      out.writeString(document.key());
      out.writeString(document.text());
      out.writeDouble(document.weight());
      out.writeString(document.language());
    }

    @Override
    public Document read(Kryo kryo, Input in, Class<Document> type) {
      return new Document(
          in.readString(), in.readString(), in.readString(), in.readDouble(), in.readString());
    }
  }

  static final class OfRejection extends OfValue<Rejection> {
    @Override
    public void write(Kryo kryo, Output out, Rejection rejection) {
      out.writeString(rejection.source());
      out.writeString(rejection.key());
      out.writeString(rejection.reason());
      out.writeString(rejection.detail());
    }

    @Override
    public Rejection read(Kryo kryo, Input in, Class<Rejection> type) {
      return new Rejection(in.readString(), in.readString(), in.readString(), in.readString());
    }
  }

  static final class OfLaneKey extends OfValue<LaneKey> {
    @Override
    public void write(Kryo kryo, Output out, LaneKey key) {
      out.writeInt(key.partition(), true);
      out.writeLong(key.place());
      out.writeLong(key.tie());
      out.writeLong(key.content());
    }

    @Override
    public LaneKey read(Kryo kryo, Input in, Class<LaneKey> type) {
      return new LaneKey(in.readInt(true), in.readLong(), in.readLong(), in.readLong());
    }
  }

  static final class OfPackedDocument extends OfValue<PackedDocument> {
    @Override
    public void write(Kryo kryo, Output out, PackedDocument document) {
      out.writeInt(document.bytes().length, true);
      out.writeBytes(document.bytes());
      out.writeString(document.source());
      out.writeInt(document.language(), false);
      boolean hasText = !document.text().equals(ReadingId.NONE);
      out.writeBoolean(hasText);
      if (hasText) {
        out.writeLong(document.text().high());
        out.writeLong(document.text().low());
      }
    }

    @Override
    public PackedDocument read(Kryo kryo, Input in, Class<PackedDocument> type) {
      return new PackedDocument(
          in.readBytes(in.readInt(true)),
          in.readString(),
          in.readInt(false),
          in.readBoolean() ? new ReadingId(in.readLong(), in.readLong()) : ReadingId.NONE);
    }
  }

  static final class OfCleaningCounts extends OfValue<CleaningCounts> {
    @Override
    public void write(Kryo kryo, Output out, CleaningCounts cleaning) {
      out.writeInt(cleaning.counts().size(), true);
      cleaning
          .counts()
          .forEach(
              (step, count) -> {
                out.writeString(step);
                out.writeLong(count, true);
              });
    }

    @Override
    public CleaningCounts read(Kryo kryo, Input in, Class<CleaningCounts> type) {
      CleaningCounts cleaning = CleaningCounts.none();
      for (int left = in.readInt(true); left > 0; left--) {
        cleaning.counts().put(in.readString(), in.readLong(true));
      }
      return cleaning;
    }
  }

  static final class OfCleaningTally extends OfValue<CleaningTally> {
    @Override
    public void write(Kryo kryo, Output out, CleaningTally tally) {
      kryo.writeObject(out, tally.counts());
    }

    @Override
    public CleaningTally read(Kryo kryo, Input in, Class<CleaningTally> type) {
      return new CleaningTally(kryo.readObject(in, CleaningCounts.class));
    }
  }

  static final class OfRejectedRecord extends OfValue<RejectedRecord> {
    @Override
    public void write(Kryo kryo, Output out, RejectedRecord record) {
      kryo.writeObject(out, record.rejection());
    }

    @Override
    public RejectedRecord read(Kryo kryo, Input in, Class<RejectedRecord> type) {
      return new RejectedRecord(kryo.readObject(in, Rejection.class));
    }
  }

  static final class OfWordCount extends OfValue<WordCount> {
    @Override
    public void write(Kryo kryo, Output out, WordCount count) {
      out.writeString(count.word());
      out.writeLong(count.count(), true);
    }

    @Override
    public WordCount read(Kryo kryo, Input in, Class<WordCount> type) {
      return new WordCount(in.readString(), in.readLong(true));
    }
  }
}
