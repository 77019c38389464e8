package org.palimpsest.dl4j.spark.listener;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.CollectionAccumulator;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.core.storage.StorageMetaData;

/**
 * Statistics that listeners on the workers send to a storage on the driver. They come with the
 * results of successful tasks: a repeated segment sends nothing twice, and a worker keeps them in
 * memory until its task ends.
 */
public record RoutedStats(CollectionAccumulator<RoutedStats.Item> items) implements Serializable {

  /** One record for the storage. */
  sealed interface Item extends Serializable {
    /** Metadata of the session. */
    record Meta(StorageMetaData data) implements Item {}

    /** Static information about a worker. */
    record Static(Persistable data) implements Item {}

    /** Statistics of an iteration. */
    record Update(Persistable data) implements Item {}
  }

  /** Collects records in an accumulator of Spark. */
  public static RoutedStats of(JavaSparkContext spark) {
    return new RoutedStats(spark.sc().collectionAccumulator("palimpsest routed statistics"));
  }

  StatsStorageRouter router() {
    return new OnWorker(items);
  }

  /** Moves all records to a storage. */
  public void deliver(StatsStorageRouter storage) {
    List<Item> all = new ArrayList<>(items.value());
    items.reset();
    for (Item item : all) {
      if (item instanceof Item.Meta meta) {
        storage.putStorageMetaData(meta.data());
      } else if (item instanceof Item.Static fixed) {
        storage.putStaticInfo(fixed.data());
      } else if (item instanceof Item.Update update) {
        storage.putUpdate(update.data());
      }
    }
  }

  private record OnWorker(CollectionAccumulator<Item> items)
      implements StatsStorageRouter, Serializable {
    @Override
    public void putStorageMetaData(StorageMetaData data) {
      items.add(new Item.Meta(data));
    }

    @Override
    public void putStorageMetaData(Collection<? extends StorageMetaData> data) {
      data.forEach(this::putStorageMetaData);
    }

    @Override
    public void putStaticInfo(Persistable info) {
      items.add(new Item.Static(info));
    }

    @Override
    public void putStaticInfo(Collection<? extends Persistable> info) {
      info.forEach(this::putStaticInfo);
    }

    @Override
    public void putUpdate(Persistable update) {
      items.add(new Item.Update(update));
    }

    @Override
    public void putUpdate(Collection<? extends Persistable> updates) {
      updates.forEach(this::putUpdate);
    }
  }
}
