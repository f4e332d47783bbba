import { queueExam } from '../../contracts/queue.ts';
import { useRedis } from '../../redis.ts';
import { queueOn } from './examinee.ts';

const redis = useRedis();

queueExam({ name: 'BullMQ on a Redis', setup: async () => queueOn(redis.connect, redis.freshPrefix()) });
