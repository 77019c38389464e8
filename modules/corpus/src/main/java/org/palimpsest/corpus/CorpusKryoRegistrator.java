package org.palimpsest.corpus;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.util.List;
import org.apache.spark.serializer.KryoRegistrator;
import org.palimpsest.corpus.bpe.WordCount;
import org.palimpsest.corpus.clean.CleaningSerializers;
import org.palimpsest.corpus.prepare.CleaningTally;
import org.palimpsest.corpus.prepare.LaneReport;
import org.palimpsest.corpus.prepare.PackedDocument;
import org.palimpsest.corpus.prepare.RejectedRecord;
import org.palimpsest.corpus.read.EpochBlock;
import org.palimpsest.corpus.store.LaneKey;
import org.palimpsest.corpus.text.CleaningCounts;
import org.palimpsest.corpus.text.Document;
import org.palimpsest.corpus.text.Reading;
import org.palimpsest.corpus.text.Rejection;
import org.palimpsest.corpus.tokenize.TokenizerFile;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.TokenBlock;
import org.palimpsest.storage.StoredFile;

/** Registers the types of this module that are sent through Spark. */
public final class CorpusKryoRegistrator implements KryoRegistrator {
  /** At most one of these per task or job, so their size does not matter. */
  private static final List<Class<?>> RARE =
      List.of(TokenizerFile.class, LaneReport.class, StoredFile.class);

  @Override
  public void registerClasses(Kryo kryo) {
    kryo.register(TokenBlock.class, new KryoSerializers.OfTokenBlock());
    kryo.register(DenoisingExample.class, new KryoSerializers.OfDenoisingExample());
    kryo.register(EpochBlock.class, new KryoSerializers.OfEpochBlock());
    kryo.register(Document.class, new KryoSerializers.OfDocument());
    kryo.register(CleaningCounts.class, new KryoSerializers.OfCleaningCounts());
    kryo.register(Rejection.class, new KryoSerializers.OfRejection());
    kryo.register(LaneKey.class, new KryoSerializers.OfLaneKey());
    kryo.register(PackedDocument.class, new KryoSerializers.OfPackedDocument());
    kryo.register(RejectedRecord.class, new KryoSerializers.OfRejectedRecord());
    kryo.register(CleaningTally.class, new KryoSerializers.OfCleaningTally());
    kryo.register(WordCount.class, new KryoSerializers.OfWordCount());
    CleaningSerializers.register(kryo);
    // A collect sends arrays of these if Spark knows the element type.
    kryo.register(Reading[].class);
    kryo.register(TokenBlock[].class);
    kryo.register(DenoisingExample[].class);
    RARE.forEach(type -> kryo.register(type, new JavaSerializer()));
  }
}
