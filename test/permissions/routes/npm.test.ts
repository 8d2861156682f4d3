import { walkRoutes } from './walk.ts';

walkRoutes('npm');
