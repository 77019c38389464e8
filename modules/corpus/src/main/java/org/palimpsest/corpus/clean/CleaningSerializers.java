package org.palimpsest.corpus.clean;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import org.palimpsest.corpus.text.ReadingId;

/** Kryo serializers of the search for duplicates. */
public final class CleaningSerializers {
  private CleaningSerializers() {}

  /** Registers the serializers. */
  public static void register(Kryo kryo) {
    kryo.register(TextKey.class, new OfTextKey());
    kryo.register(BandKey.class, new OfBandKey());
  }

  private static void write(Output out, ReadingId id) {
    out.writeLong(id.high());
    out.writeLong(id.low());
  }

  private static ReadingId read(Input in) {
    return new ReadingId(in.readLong(), in.readLong());
  }

  private static final class OfTextKey extends Serializer<TextKey> {
    OfTextKey() {
      super(false, true);
    }

    @Override
    public void write(Kryo kryo, Output out, TextKey key) {
      CleaningSerializers.write(out, key.text());
      CleaningSerializers.write(out, key.id());
    }

    @Override
    public TextKey read(Kryo kryo, Input in, Class<TextKey> type) {
      return new TextKey(CleaningSerializers.read(in), CleaningSerializers.read(in));
    }
  }

  private static final class OfBandKey extends Serializer<BandKey> {
    OfBandKey() {
      super(false, true);
    }

    @Override
    public void write(Kryo kryo, Output out, BandKey key) {
      out.writeLong(key.bucket());
      CleaningSerializers.write(out, key.id());
      CleaningSerializers.write(out, key.text());
    }

    @Override
    public BandKey read(Kryo kryo, Input in, Class<BandKey> type) {
      return new BandKey(in.readLong(), CleaningSerializers.read(in), CleaningSerializers.read(in));
    }
  }
}
