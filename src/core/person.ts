import { z } from 'zod';

/** Somebody in the chat workspace. Identity is the id; the name is only shown. */
export const Person = z.object({ id: z.string(), name: z.string().optional() });
export type Person = z.infer<typeof Person>;

/** Who asks for what an alert sets going. It needs no role: an administrator wrote the routes. Never anybody's id in a chat. */
export const alertmanager: Person = { id: 'alertmanager', name: 'Alertmanager' };
