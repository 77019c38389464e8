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
 * What listeners on the workers send to a storage on the driver. It travels with the results of
 * tasks that succeed: nothing comes twice from a segment that was run again, and a worker keeps it
 * in memory as long as its task lasts.
 */
public record RoutedStats(CollectionAccumulator<RoutedStats.Item> items) implements Serializable {

  /** One thing for the storage. */
  sealed interface Item extends Serializable {
    /** About the session. */
    record Meta(StorageMetaData data) implements Item {}

    /** About a worker. */
    record Static(Persistable data) implements Item {}

    /** About an iteration. */
    record Update(Persistable data) implements Item {}
  }

  public static RoutedStats of(JavaSparkContext spark) {
    return new RoutedStats(spark.sc().collectionAccumulator("palimpsest routed statistics"));
  }

  StatsStorageRouter router() {
    return new OnWorker(items);
  }

  /** Hands everything over to a storage, once. */
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
