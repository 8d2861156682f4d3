import { walkRoutes } from './walk.ts';

walkRoutes('server');
