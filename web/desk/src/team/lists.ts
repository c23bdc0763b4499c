import { everyRow } from '../api/http';
import type { Group, Role, Shop, Skill } from '../api/types';
import { useRemote } from '../lib/remote';
import { may } from '../live/me';

const none = <T,>(read: Promise<T[]>): Promise<T[]> => read.catch(() => []);
export const useGroups = () => useRemote('groups', (signal) => none(everyRow<Group>('/groups', undefined, signal)));
export const useRoles = () => useRemote('roles', (signal) => none(everyRow<Role>('/roles', undefined, signal)));
export const useShops = () => useRemote('shops', (signal) => none(everyRow<Shop>('/shops', undefined, signal)));
export const useSkills = () => useRemote(may('TEAM_SEE') ? 'skills' : null, (signal) => none(everyRow<Skill>('/skills', undefined, signal)));
